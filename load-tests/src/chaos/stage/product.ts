import { join } from "node:path"
import { setTimeout as delay } from "node:timers/promises"
import { startMuster, type Muster } from "@muster/standalone/testing"
import { ProcessFailed } from "../errors.ts"
import {
  COLLAPSE_LINES,
  PRODUCT_START_ATTEMPTS_MAX,
  SUPERVISOR_PAUSE_MILLIS,
  TAIL_LINES,
  WATCH_INTERVAL_MILLIS,
} from "../limits.ts"
import type { OwnClock } from "./clock.ts"
import { through, type Links } from "./links.ts"
import { isAlive, signal } from "./processes.ts"
import type { Servers } from "./servers.ts"

/** One Muster of the run, started again whenever it is gone and nobody wants it gone. */
export interface Product {
  readonly name: string
  readonly muster: Muster
  /** Where clients and agents reach it: through a link that can be disturbed. */
  readonly url: string
  readonly clock: OwnClock | undefined
  /** kill -9; it stays away until `revive`. */
  readonly kill: () => Promise<void>
  /** Starts it, and again, until it has started. Resolves when its process is there for the first time. */
  readonly revive: () => void
  readonly pause: () => void
  readonly resume: () => void
  /** Resolves when no start is under way. */
  readonly isUp: () => Promise<void>
  /** What its last words were, each time that it ended although nobody had struck it. */
  readonly collapses: () => readonly string[]
  readonly lines: () => readonly string[]
  readonly stop: () => Promise<void>
}

export interface ProductOptions {
  readonly name: string
  readonly servers: Servers
  readonly links: Links
  readonly isBundled: boolean
  readonly clock: OwnClock | undefined
  readonly log: (line: string) => void
}

/** Starts one on the shared servers. */
export const startProduct = async (options: ProductOptions): Promise<Product> => {
  const { name, servers, links, isBundled, clock } = options
  const toPostgres = await links.make("app-postgres", `${name} to postgres`, servers.postgresPort)
  const toRedis = await links.make("app-redis", `${name} to redis`, servers.redisPort)
  const muster = await startMuster({
    isBundled,
    env: {
      DATABASE_URL: through(servers.ownerUrl, toPostgres),
      MUSTER_APP_DATABASE_URL: through(servers.appUrl, toPostgres),
      REDIS_URL: through(servers.redisUrl, toRedis),
      ...clock?.env,
    },
    onLine: (line) => options.log(line),
  })
  const fromClients = await links.make("client-app", `clients to ${name}`, muster.port)

  let starting: Promise<void> = Promise.resolve()
  /** From the end of its start until it is killed: only then its end is nobody's doing. */
  let isWatched = true
  const collapses: string[] = []
  const stopping = new AbortController()
  const keepStarting = async (): Promise<void> => {
    for (let attempt = 1; !stopping.signal.aborted; attempt++)
      try {
        await muster.start()
        isWatched = true
        return
      } catch (error) {
        const tail = muster.lines().slice(-TAIL_LINES).join("\n")
        if (attempt === PRODUCT_START_ATTEMPTS_MAX)
          throw new ProcessFailed({ message: `${name} does not start: ${String(error)}\n${tail}` })
        // Nothing of it may be left when it is started once more.
        await muster.kill9()
        await delay(SUPERVISOR_PAUSE_MILLIS)
      }
  }
  const revive = (): void => {
    starting = keepStarting()
    // Whoever waits for `isUp` hears of a failure.
    starting.catch(() => undefined)
  }
  /** Nobody ends a product but us: whatever else ends it is a fault of its own, and it is started again as any supervisor would. */
  const watch = setInterval(() => {
    if (!isWatched || isAlive(muster.pid())) return
    isWatched = false
    collapses.push(`${name} ended by itself: ${muster.lines().slice(-COLLAPSE_LINES).join(" | ")}`)
    void muster.kill9().then(revive)
  }, WATCH_INTERVAL_MILLIS)

  return {
    name,
    muster,
    url: `http://127.0.0.1:${fromClients.port}`,
    clock,
    kill: () => {
      isWatched = false
      return muster.kill9()
    },
    revive,
    pause: () => signal(muster.pid(), "SIGSTOP"),
    resume: () => signal(muster.pid(), "SIGCONT"),
    isUp: () => starting,
    collapses: () => collapses,
    lines: () => muster.lines(),
    stop: async () => {
      stopping.abort()
      clearInterval(watch)
      clock?.set(0)
      try {
        await starting
      } finally {
        await muster.terminate()
      }
    },
  }
}

export const clockFileOf = (dir: string, name: string): string => join(dir, `${name}.clock`)
