-- Put before a script whose work only the owner of the team may do. It takes the last key and the last two arguments away again.
--
-- KEYS[#KEYS] owner of the team: '<generation of the log> <epoch>'
-- ARGV[#ARGV - 1] generation of the log   ARGV[#ARGV] epoch of the caller (decimal text)
--
-- Fails with FENCED when a later epoch of the same log was here. Another log (a restored copy) counts its epochs anew. A bus that forgot
-- everything has forgotten this as well; what an owner of the past could then still send names a generation that is gone, too.
do
  local epoch, generation = table.remove(ARGV), table.remove(ARGV)
  local key = table.remove(KEYS)
  local mine = generation .. ' ' .. epoch
  local known = redis.call('GET', key)
  if known ~= mine then
    local knownGeneration, knownEpoch = string.match(known or '', '^(%S*) (%d+)$')
    if knownGeneration == generation and (#knownEpoch > #epoch or (#knownEpoch == #epoch and knownEpoch > epoch)) then
      return redis.error_reply('FENCED a later owner of the team was here')
    end
    redis.call('SET', key, mine)
  end
end
