-- Tasks are most of what is written, and read whole: JSON text as it is costs a third less than taking it apart into jsonb. The log gives an event its
-- keys in one order wherever it comes from, so what is folded from it has one order too, and a replay gives the same bytes.
ALTER TABLE rm.task ALTER COLUMN doc TYPE json USING doc::json;
ALTER TABLE rm.task_spec ALTER COLUMN spec TYPE json USING spec::json;
