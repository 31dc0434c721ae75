-- Where tasks that nobody has begun are: may the consumer still read them, or were they taken already?
--
-- KEYS[1] inbox stream
-- ARGV[1] group of the agent   ARGV[2] consumer that may read them   ARGV[3..] positions (decimal text)
--
-- Returns for each position 'waiting' (not read yet, or read by this consumer and not acknowledged), 'taken' (acknowledged, or read
-- by another consumer), 'gone' (was in the inbox, and is not any more) or 'due' (never was in this inbox: it was made anew and is not
-- filled yet, or has still to be made, or it was not put there yet).
--
-- Positions reach 2^64 and Lua's numbers 2^53: they are compared as decimal text.
local function beyond(a, b)
  if #a ~= #b then return #a > #b end
  return a > b
end

local read, last
if redis.call('EXISTS', KEYS[1]) == 1 then
  local info = redis.call('XINFO', 'STREAM', KEYS[1])
  for i = 1, #info, 2 do
    if info[i] == 'last-generated-id' then last = string.match(info[i + 1], '^(%d+)%-') end
  end
  for _, group in ipairs(redis.call('XINFO', 'GROUPS', KEYS[1])) do
    local name, lastRead
    for i = 1, #group, 2 do
      if group[i] == 'name' then name = group[i + 1] end
      if group[i] == 'last-delivered-id' then lastRead = group[i + 1] end
    end
    if name == ARGV[1] then read = string.match(lastRead, '^(%d+)%-') end
  end
end

local places = {}
for i = 3, #ARGV do
  local id = ARGV[i] .. '-0'
  if not read or beyond(ARGV[i], last) then
    places[#places + 1] = 'due'
  elseif #redis.call('XRANGE', KEYS[1], id, id) == 0 then
    places[#places + 1] = 'gone'
  elseif beyond(ARGV[i], read) or #redis.call('XPENDING', KEYS[1], ARGV[1], id, id, 1, ARGV[2]) > 0 then
    places[#places + 1] = 'waiting'
  else
    places[#places + 1] = 'taken'
  end
end
return places
