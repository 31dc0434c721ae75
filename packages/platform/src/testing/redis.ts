import { chownSync } from "node:fs"
import { REDIS_ACCOUNT, serverAccount } from "#src/local/accounts.ts"
import { silentLog } from "#src/local/log.ts"
import { freePort } from "#src/local/ports.ts"
import type { RedisServer } from "#src/local/redis/server.ts"
import { launchRedis, redisUrl } from "#src/local/redis/server.ts"
import { randomPassword } from "#src/local/secrets.ts"
import { ensureRedisServer } from "#src/local/tools/ensure.ts"
import { tempDir } from "#src/testing/temp-dir.ts"
import { watchOver } from "#src/testing/watchdog.ts"

export interface TestRedis {
  /** The default user with its password. */
  readonly url: string
  /** Ends the server; the address is free afterwards. */
  readonly stop: () => Promise<void>
  /** An empty server at the same address with the same password; ends a running one first. */
  readonly restart: () => Promise<void>
  /** Ends the server as a crash would. It stays away until `restart`. */
  readonly kill9: () => Promise<void>
}

/** A Redis of its own for one test file. The server is fetched when the machine has none (see `ensureRedisServer`). */
export const startTestRedis = async (): Promise<TestRedis> => {
  const tool = await ensureRedisServer()
  const dir = tempDir("muster-test-redis-")
  const password = randomPassword()
  const port = await freePort()
  const account = serverAccount(REDIS_ACCOUNT)
  if (account) chownSync(dir.path, account.uid, account.gid)
  let running: { server: RedisServer; dismiss: () => Promise<void> } | undefined
  const start = async (): Promise<void> => {
    const server = await launchRedis({ tool, dir: dir.path, port, password, account, log: silentLog })
    running = { server, dismiss: watchOver(server.pid, dir.path) }
  }
  const end = async (how: "stop" | "kill9"): Promise<void> => {
    const ending = running
    running = undefined
    await ending?.dismiss()
    await ending?.server[how]()
  }
  await start()
  return {
    url: redisUrl(port, password),
    stop: async () => {
      await end("stop")
      dir.remove()
    },
    restart: async () => {
      await end("stop")
      await start()
    },
    kill9: () => end("kill9"),
  }
}
