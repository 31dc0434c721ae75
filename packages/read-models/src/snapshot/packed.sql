-- JSON text, packed with Zstandard by whoever writes it: the server's own compression takes several times as long for a larger result.
-- What is stored is made again.
TRUNCATE rm.snapshot;
ALTER TABLE rm.snapshot DROP COLUMN state;
ALTER TABLE rm.snapshot ADD COLUMN state bytea NOT NULL;
ALTER TABLE rm.snapshot ALTER COLUMN state SET STORAGE EXTERNAL;
