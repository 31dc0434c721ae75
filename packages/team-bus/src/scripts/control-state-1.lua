-- Where a control stream stands, without its entries' bodies (which XINFO would send).
--
-- KEYS[1] control stream
--
-- Returns {last id, first id, entries, entries ever added}; last id is '' when there is no stream, first id when it is empty, and
-- entries ever added is -1 where the server does not count them (before Redis 7).
if redis.call('EXISTS', KEYS[1]) == 0 then return {'', '', 0, 0} end
local info, lastId, firstId, length, added = redis.call('XINFO', 'STREAM', KEYS[1]), '', '', 0, -1
for i = 1, #info, 2 do
  if info[i] == 'last-generated-id' then lastId = info[i + 1] end
  if info[i] == 'length' then length = info[i + 1] end
  if info[i] == 'entries-added' then added = info[i + 1] end
  if info[i] == 'first-entry' and type(info[i + 1]) == 'table' then firstId = info[i + 1][1] end
end
return {lastId, firstId, length, added}
