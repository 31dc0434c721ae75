-- Where an inbox stands, without its entries' bodies (which XINFO would send).
--
-- KEYS[1] inbox stream
--
-- Returns {last id, length}; last id is '' when there is no stream or no group that reads it.
if redis.call('EXISTS', KEYS[1]) == 0 then return {'', 0} end
local info, lastId, groups = redis.call('XINFO', 'STREAM', KEYS[1]), '', 0
for i = 1, #info, 2 do
  if info[i] == 'last-generated-id' then lastId = info[i + 1] end
  if info[i] == 'groups' then groups = info[i + 1] end
end
if groups == 0 then return {'', 0} end
return {lastId, redis.call('XLEN', KEYS[1])}
