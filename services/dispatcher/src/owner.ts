import { pause } from "@muster/platform"
import type { BusLog } from "@muster/team-bus"
import postgres from "postgres"
import { OWNERSHIP_TIMEOUT_MILLIS } from "#src/limits.ts"

/** Keeps our advisory lock apart from those of other services. The second key is the shard: there is one. */
const LOCK_SPACE = 0x6d75_6470
const ONLY_SHARD = 0

export interface OwnershipOptions {
  /** Connection string of the application's role. */
  readonly databaseUrl: string
  readonly pollMillis: number
  readonly log: BusLog
}

/** What a statement answers, or a failure after `OWNERSHIP_TIMEOUT_MILLIS`: a dead connection says nothing at all. */
const inTime = async <A>(work: Promise<A>): Promise<A> => {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new OwnershipLost("its session does not answer")), OWNERSHIP_TIMEOUT_MILLIS)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

class OwnershipLost extends Error {
  override readonly name = "OwnershipLost"
}

/**
 * Waits until this process owns the dispatcher, then runs `work` and watches the session that holds the lock; when the session
 * is lost, the signal given to `work` aborts and the wait begins again. Ends when `signal` aborts. Another owner's work cannot
 * harm the log (every append names the revision it was decided at); the lock keeps two from working against each other.
 */
export const whileOwner = async (
  { databaseUrl, pollMillis, log }: OwnershipOptions,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<void> => {
  while (!signal.aborted) {
    const sql = postgres(databaseUrl, {
      max: 1,
      idle_timeout: 0,
      max_lifetime: null,
      connect_timeout: 5,
      onnotice: () => undefined,
      connection: { application_name: "muster-dispatcher-owner" },
    })
    const ending = new AbortController()
    try {
      const backend = async () => (await inTime(sql<{ pid: number }[]>`SELECT pg_backend_pid() AS pid`))[0]?.pid
      const tryLock = async () =>
        (await inTime(sql<{ ok: boolean }[]>`SELECT pg_try_advisory_lock(${LOCK_SPACE}, ${ONLY_SHARD}) AS ok`))[0]?.ok
      while (!(await tryLock())) {
        await pause(pollMillis, signal)
        if (signal.aborted) return
      }
      const pid = await backend()
      log.info({}, "this process is the dispatcher now")
      const both = AbortSignal.any([signal, ending.signal])
      const working = work(both)
      const watching = (async () => {
        while (!both.aborted) {
          await pause(pollMillis, both)
          // The driver reconnects by itself: another backend is another session, without the lock.
          if (!both.aborted && (await backend()) !== pid) throw new OwnershipLost("its session was replaced")
        }
      })()
      try {
        await Promise.race([working, watching])
      } finally {
        ending.abort()
        await working.catch((error: unknown) => log.debug({ reason: String(error) }, "the dispatcher's work has ended"))
        await watching.catch((error: unknown) => log.warn({ reason: String(error) }, "the ownership was lost"))
      }
    } catch (error) {
      log.warn({ reason: error instanceof Error ? error.message : "unknown" }, "the dispatcher stopped, starting again")
      await pause(pollMillis, signal)
    } finally {
      await sql.end({ timeout: 1 })
    }
  }
}
