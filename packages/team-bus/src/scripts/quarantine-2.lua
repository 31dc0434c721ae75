-- Sets an inbox aside and makes an empty one with its group.
--
-- KEYS[1] inbox stream   KEYS[2] key to set it aside as
-- ARGV[1] group of the agent   ARGV[2] milliseconds to keep it
--
-- Returns 1 when there was an inbox, else 0. Idempotent but for the second inbox it would set aside.
local existed = redis.call('EXISTS', KEYS[1])
if existed == 1 then
  redis.call('RENAME', KEYS[1], KEYS[2])
  redis.call('PEXPIRE', KEYS[2], ARGV[2])
end
redis.call('XGROUP', 'CREATE', KEYS[1], ARGV[1], '0', 'MKSTREAM')
return existed
