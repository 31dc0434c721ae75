import { at, type Database } from "#src/database.ts"
import { TooManyAttempts } from "#src/errors.ts"
import { ATTEMPT_WINDOW_MILLIS, ATTEMPTS_PER_SOURCE_MAX, ATTEMPTS_TOTAL_MAX, SOURCE_MAX_CHARS } from "#src/limits.ts"

const windowOf = (millis: number) => Math.floor(millis / ATTEMPT_WINDOW_MILLIS) * ATTEMPT_WINDOW_MILLIS

/**
 * Counts wrong codes in the database, so that neither a restart nor a second replica gives a guesser a fresh start.
 * `reserve` counts a try before it is made (tries at the same time cannot slip through together), `forgive` takes back the
 * one that turned out right.
 */
export const makeAttempts = ({ ask, now }: Database) => ({
  /** Fails with TooManyAttempts. */
  reserve: async (source: string): Promise<void> => {
    const time = now()
    const start = at(windowOf(time))
    const [own] = await ask(
      (sql) => sql<{ failures: number; total: string }[]>`
        with mine as (
          insert into app.failed_attempt (source, window_start, failures)
          values (${source.slice(0, SOURCE_MAX_CHARS)}, ${start}, 1)
          on conflict (source, window_start)
            do update set failures = least(app.failed_attempt.failures + 1, ${ATTEMPTS_PER_SOURCE_MAX + 1})
          returning failures)
        select mine.failures,
          (select coalesce(sum(failures), 0) from app.failed_attempt where window_start = ${start}) as total
        from mine`,
    )
    const failures = own?.failures ?? 0
    if (failures > ATTEMPTS_PER_SOURCE_MAX || Number(own?.total ?? 0) >= ATTEMPTS_TOTAL_MAX)
      throw new TooManyAttempts({ retryAfterMillis: windowOf(time) + ATTEMPT_WINDOW_MILLIS - time })
  },
  forgive: async (source: string): Promise<void> => {
    await ask(
      (sql) => sql`
        update app.failed_attempt set failures = greatest(failures - 1, 0)
        where source = ${source.slice(0, SOURCE_MAX_CHARS)} and window_start = ${at(windowOf(now()))}`,
    )
  },
})
