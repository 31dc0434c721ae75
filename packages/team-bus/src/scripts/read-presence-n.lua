-- Reads the presence keys of one team's members. A member may write any text into its own key, but makes us read no more
-- than the limit.
--
-- KEYS presence keys   ARGV[1] most bytes of a value
--
-- Returns the values in order; '' where there is none or it is too long. Changes nothing.
local values = {}
for i = 1, #KEYS do
  local value = ''
  if redis.call('STRLEN', KEYS[i]) <= tonumber(ARGV[1]) then value = redis.call('GET', KEYS[i]) or '' end
  values[i] = value
end
return values
