import { setTimeout as delay } from "node:timers/promises"
import type { Log } from "#src/local/log.ts"
import { metrics } from "#src/metrics.ts"
import { RESTART_BACKOFF_FIRST_MILLIS, RESTART_BACKOFF_MAX_MILLIS, RESTART_BACKOFF_RESET_MILLIS } from "#src/limits.ts"

/** A server process that was started. */
export interface Running {
  readonly pid: number
  /** Settles when the process is gone, asked or not. */
  readonly closed: Promise<unknown>
  readonly stop: () => Promise<void>
}

export interface Supervised {
  /** The process that runs now, or ran last. */
  readonly pid: () => number
  readonly restartCount: () => number
  readonly stop: () => Promise<void>
}

export interface SupervisorOptions {
  /** For log lines and the metric. */
  readonly server: string
  readonly start: () => Promise<Running>
  readonly log: Log
}

const restarts = metrics.counter({
  name: "muster_local_server_restarts_total",
  help: "Times a local server died and was started again",
  labelNames: ["server"],
})

/** Half of the delay is random, so that several things that fell together do not rise together. */
const jittered = (millis: number): number => millis / 2 + (Math.random() * millis) / 2

/** Starts a server and starts it again, after a growing pause, whenever it goes without being asked. The first start may fail. */
export const supervise = async ({ server, start, log }: SupervisorOptions): Promise<Supervised> => {
  let running = await start()
  let count = 0
  const stopping = new AbortController()
  const pause = (millis: number): Promise<void> =>
    delay(millis, undefined, { signal: stopping.signal }).catch((error: unknown) => {
      if (!stopping.signal.aborted) throw error
    })

  const keep = async (): Promise<void> => {
    let backoffMillis = RESTART_BACKOFF_FIRST_MILLIS
    let startedAt = performance.now()
    for (;;) {
      await running.closed
      if (stopping.signal.aborted) return
      if (performance.now() - startedAt > RESTART_BACKOFF_RESET_MILLIS) backoffMillis = RESTART_BACKOFF_FIRST_MILLIS
      log.error({ server, pid: running.pid }, `the local ${server} died; starting it again`)
      for (;;) {
        await pause(jittered(backoffMillis))
        backoffMillis = Math.min(backoffMillis * 2, RESTART_BACKOFF_MAX_MILLIS)
        if (stopping.signal.aborted) return
        try {
          running = await start()
          break
        } catch (error) {
          log.error({ server, err: error }, `the local ${server} did not start; trying again`)
        }
      }
      startedAt = performance.now()
      count += 1
      restarts.inc({ server })
      log.warn({ server, pid: running.pid, restartCount: count }, `the local ${server} runs again`)
    }
  }
  const kept = keep()
  return {
    pid: () => running.pid,
    restartCount: () => count,
    stop: async () => {
      stopping.abort()
      await running.stop()
      await kept
      await running.stop() // a start that was under way when we were asked to stop
    },
  }
}
