-- Adds tasks to an inbox, in order, each at most once.
--
-- KEYS[1] inbox stream   KEYS[2] generation of the team's bus
-- ARGV[1] generation that KEYS[2] must hold ('' = it must be absent)
-- ARGV[2] most entries the inbox may have
-- ARGV[3] highest position (decimal text) that any entry can have
-- ARGV[4] field of the body
-- ARGV[5] position (decimal text) up to which the caller knows the inbox to hold all it should ('0' = nothing is known)
-- ARGV[6..] position, body, position, body, ... by rising position
--
-- Returns {code, added, duplicates, consumed, text}; consumed counts entries that are in the inbox now or were once.
--    0 all consumed
--    1 the inbox is full: stopped, so that order is kept
--   -1 another generation
--   -2 there is no stream, or no group that reads it, or it was made anew: its last id is below ARGV[5]
--   -3 text = last id, which is no position of ours
--   -4 text = error of XADD: stopped, for an id that is passed over can never be added again
--
-- Idempotent: the stream remembers its last id beyond XDEL and XTRIM, so an entry at or below it was added before.
-- Positions reach 2^64 and Lua's numbers 2^53: they are compared as decimal text.
local function beyond(a, b)
  if #a ~= #b then return #a > #b end
  return a > b
end

if (redis.call('GET', KEYS[2]) or '') ~= ARGV[1] then return {-1, 0, 0, 0, ''} end
if redis.call('EXISTS', KEYS[1]) == 0 then return {-2, 0, 0, 0, ''} end

local info, lastId, groups = redis.call('XINFO', 'STREAM', KEYS[1]), '0-0', 0
for i = 1, #info, 2 do
  if info[i] == 'last-generated-id' then lastId = info[i + 1] end
  if info[i] == 'groups' then groups = info[i + 1] end
end
if groups == 0 then return {-2, 0, 0, 0, ''} end
local last, sequence = string.match(lastId, '^(%d+)%-(%d+)$')
if sequence ~= '0' or beyond(last, ARGV[3]) then return {-3, 0, 0, 0, lastId} end
if beyond(ARGV[5], last) then return {-2, 0, 0, 0, ''} end

local room = tonumber(ARGV[2]) - redis.call('XLEN', KEYS[1])
local added, duplicates = 0, 0
for i = 6, #ARGV, 2 do
  if not beyond(ARGV[i], last) then
    duplicates = duplicates + 1
  elseif added >= room then
    return {1, added, duplicates, added + duplicates, ''}
  else
    local reply = redis.pcall('XADD', KEYS[1], ARGV[i] .. '-0', ARGV[4], ARGV[i + 1])
    if type(reply) == 'table' and reply.err then
      return {-4, added, duplicates, added + duplicates, reply.err}
    end
    added, last = added + 1, ARGV[i]
  end
end
return {0, added, duplicates, added + duplicates, ''}
