import { chmodSync, chownSync, mkdirSync } from "node:fs"
import { join } from "node:path"
import { setTimeout as delay } from "node:timers/promises"
import { REDIS_ACCOUNT, serverAccount } from "#src/local/accounts.ts"
import { RedisFailed } from "#src/local/errors.ts"
import type { Log } from "#src/local/log.ts"
import { freePort, steadyPort } from "#src/local/ports.ts"
import { becomesTrue, leftoversOf, recordProcess, signal } from "#src/local/processes.ts"
import { launchRedis, redisUrl } from "#src/local/redis/server.ts"
import { randomPassword } from "#src/local/secrets.ts"
import { supervise } from "#src/local/supervisor.ts"
import { ensureRedisServer } from "#src/local/tools/ensure.ts"
import type { Tool } from "#src/local/tools/find.ts"
import { POLL_INTERVAL_MILLIS, PORT_ATTEMPTS, REDIS_STOP_TIMEOUT_MILLIS } from "#src/limits.ts"

/** The program behind `redis-server` may be a link to one of the others. */
const PROGRAM = /^(redis|valkey)-/

/** Beside its directory, not in it: the server's account may write there. */
const recordOf = (dir: string): string => `${dir}.process`

export interface StartRedisOptions {
  /** A directory opened with `openDataDir`. */
  readonly dataDir: string
  readonly log: Log
  /** Which server to run; `ensureRedisServer` when absent. */
  readonly findServer?: () => Promise<Tool>
}

export interface LocalRedis {
  /** The default user with its password, which only this process knows. */
  readonly url: string
  readonly pid: () => number
  readonly restartCount: () => number
  readonly stop: () => Promise<void>
}

const stopLeftover = async (dir: string, log: Log): Promise<void> => {
  const leftovers = () => leftoversOf(dir, PROGRAM, recordOf(dir))
  const left = leftovers()
  if (left.length === 0) return
  log.warn({ server: "redis", processes: left.length }, "stopping the Redis that an interrupted run left behind")
  const gone = () => leftovers().length === 0
  for (const name of ["SIGTERM", "SIGKILL"] as const) {
    for (const pid of leftovers()) signal(pid, name)
    if (await becomesTrue(gone, REDIS_STOP_TIMEOUT_MILLIS)) return
  }
  throw new RedisFailed({ message: "an old Redis on this data directory can not be stopped", output: "" })
}

/**
 * Starts the private Redis of one machine: a child on a free port of 127.0.0.1, in memory only, under a random password. It works in
 * <dataDir>/redis, by which a leftover of an interrupted run is known and stopped first. When it dies it is started again, empty, at the
 * same address with the same password. Fails with RedisFailed or ToolMissing.
 */
export const startRedis = async ({ dataDir, log, findServer }: StartRedisOptions): Promise<LocalRedis> => {
  const progress = (line: string) => log.info({ server: "redis" }, line)
  const tool = await (findServer ?? (() => ensureRedisServer({ progress })))()
  const dir = join(dataDir, "redis")
  const account = serverAccount(REDIS_ACCOUNT)
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  chmodSync(dir, 0o700)
  if (account) chownSync(dir, account.uid, account.gid)
  const password = randomPassword()
  await stopLeftover(dir, log)
  // Agents that outlive this process look for the bus where it was.
  let port = await steadyPort(`${dir}.port`)
  let hasRun = false
  const supervised = await supervise({
    server: "redis",
    log,
    start: async () => {
      for (let attempt = 1; ; attempt++) {
        await stopLeftover(dir, log)
        try {
          const server = await launchRedis({
            tool,
            dir,
            port,
            password,
            account,
            log,
            onSpawn: (pid) => recordProcess(recordOf(dir), pid),
          })
          hasRun = true
          return server
        } catch (error) {
          const lostPort = error instanceof RedisFailed && error.output.includes("Address already in use")
          if (hasRun || !lostPort || attempt === PORT_ATTEMPTS) throw error
          port = await freePort()
          await delay(POLL_INTERVAL_MILLIS)
        }
      }
    },
  })
  log.info({ server: "redis", port, version: tool.version }, "the bus is ready")
  return {
    url: redisUrl(port, password),
    pid: supervised.pid,
    restartCount: supervised.restartCount,
    stop: supervised.stop,
  }
}
