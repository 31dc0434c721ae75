-- Does several commands that belong together, for one team, in one go.
--
-- KEYS all keys that the commands touch
-- ARGV for each command: how many words it has, then the words
--
-- Returns the replies in order; the first error ends it, and commands before it have been done.
local replies, at = {}, 1
while at <= #ARGV do
  local words = tonumber(ARGV[at])
  replies[#replies + 1] = redis.call(unpack(ARGV, at + 1, at + words))
  at = at + words + 1
end
return replies
