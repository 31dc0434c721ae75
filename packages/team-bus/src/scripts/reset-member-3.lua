-- Empties what can be made again from the log; the outbox, which cannot, stays.
--
-- KEYS[1] inbox stream   KEYS[2] control stream   KEYS[3] outbox stream
-- ARGV[1] group of the agent   ARGV[2] group of the dispatcher
--
-- Returns 'OK'. Idempotent.
redis.call('DEL', KEYS[1], KEYS[2])
redis.call('XGROUP', 'CREATE', KEYS[1], ARGV[1], '0', 'MKSTREAM')
local reply = redis.pcall('XGROUP', 'CREATE', KEYS[3], ARGV[2], '0', 'MKSTREAM')
if reply.err and not string.find(reply.err, 'BUSYGROUP', 1, true) then return reply end
return redis.status_reply('OK')
