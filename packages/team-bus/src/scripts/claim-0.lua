-- Does nothing by itself: behind the guard, it makes the caller the one whose epoch counts from now on.
--
-- Returns 'OK'. Idempotent.
return redis.status_reply('OK')
