import { at, type Database } from "#src/database.ts"
import { ATTEMPT_WINDOW_MILLIS, DEAD_ROW_KEEP_MILLIS } from "#src/limits.ts"

/** Removes what has been dead for long. The used setup code stays: it says that set-up is over. */
export const sweep = async ({ ask, now }: Database): Promise<number> => {
  const before = at(now() - DEAD_ROW_KEEP_MILLIS)
  const [counted] = await ask(
    (sql) => sql<{ removed: number }[]>`
      with codes as (
        delete from app.code where kind = 'sign-in' and (used_at < ${before} or expires_at < ${before}) returning 1),
      attempts as (
        delete from app.failed_attempt where window_start < ${at(now() - 2 * ATTEMPT_WINDOW_MILLIS)} returning 1),
      sessions as (
        delete from app.session where revoked_at < ${before} or expires_at < ${before} returning 1),
      tokens as (
        delete from app.api_token where revoked_at < ${before} or expires_at < ${before} returning 1),
      enrollments as (
        delete from app.enrollment where used_at < ${before} or expires_at < ${before} returning 1)
      select ((select count(*) from codes) + (select count(*) from attempts) + (select count(*) from sessions)
        + (select count(*) from enrollments) + (select count(*) from tokens))::int as removed`,
  )
  return counted?.removed ?? 0
}
