-- Makes a member's streams and groups where they are missing.
--
-- KEYS[1] inbox stream   KEYS[2] outbox stream
-- ARGV[1] group of the agent   ARGV[2] group of the dispatcher
--
-- Returns how many groups were made. Idempotent: a group that exists keeps its place.
local made = 0
for i = 1, 2 do
  local reply = redis.pcall('XGROUP', 'CREATE', KEYS[i], ARGV[i], '0', 'MKSTREAM')
  if not reply.err then
    made = made + 1
  elseif not string.find(reply.err, 'BUSYGROUP', 1, true) then
    return reply
  end
end
return made
