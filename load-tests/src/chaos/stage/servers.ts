import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { openDataDir, startPostgres, startRedis, type Log } from "@muster/platform/local"
import { Redis } from "ioredis"
import postgres, { type Sql } from "postgres"
import { MONITOR_STATEMENT_MILLIS } from "../limits.ts"

/** The database and the bus of a run, kept alive by the product's own supervisor at the same address. */
export interface Servers {
  /** Straight to the server, past every proxy. */
  readonly ownerUrl: string
  readonly appUrl: string
  readonly redisUrl: string
  readonly postgresPort: number
  readonly redisPort: number
  /** The first process of the database. */
  readonly postgresPid: () => number
  readonly redisPid: () => number
  /** The superuser of the database, for whom nothing is forbidden. */
  readonly asSuperuser: <A>(use: (sql: Sql) => Promise<A>) => Promise<A>
  /** The bus as its administrator. */
  readonly onRedis: <A>(use: (redis: Redis) => Promise<A>) => Promise<A>
  readonly stop: () => Promise<void>
}

const SUPERUSER = "muster_admin"

const portOf = (url: string): number => Number(new URL(url).port)

const superuserUrl = (dataDir: string, ownerUrl: string): string => {
  const secrets = JSON.parse(readFileSync(join(dataDir, "secrets.json"), "utf8")) as {
    readonly postgres: { readonly superuser: string }
  }
  const url = new URL(ownerUrl)
  url.username = SUPERUSER
  url.password = secrets.postgres.superuser
  return url.href
}

export const openSql = (url: string): Sql =>
  postgres(url, {
    max: 1,
    onnotice: () => undefined,
    connection: { application_name: "chaos", statement_timeout: MONITOR_STATEMENT_MILLIS },
  })

const usingRedis =
  (url: string): Servers["onRedis"] =>
  async (use) => {
    const redis = new Redis(url, { lazyConnect: true, maxRetriesPerRequest: 1, retryStrategy: () => null })
    // The rejections below say the same.
    redis.on("error", () => undefined)
    try {
      await redis.connect()
      return await use(redis)
    } finally {
      redis.disconnect()
    }
  }

/** Starts both. The database writes to the disk before it answers, as it does in earnest. */
export const startServers = async (log: Log): Promise<Servers> => {
  const path = mkdtempSync(join(tmpdir(), "muster-chaos-servers-"))
  const dataDir = openDataDir(path)
  const database = await startPostgres({ dataDir: dataDir.path, log })
  const bus = await startRedis({ dataDir: dataDir.path, log })
  const adminUrl = superuserUrl(dataDir.path, database.ownerUrl)
  return {
    ownerUrl: database.ownerUrl,
    appUrl: database.appUrl,
    redisUrl: bus.url,
    postgresPort: portOf(database.ownerUrl),
    redisPort: portOf(bus.url),
    postgresPid: () => Number(readFileSync(join(dataDir.path, "postgres", "postmaster.pid"), "utf8").split("\n")[0]),
    redisPid: bus.pid,
    asSuperuser: async (use) => {
      const sql = openSql(adminUrl)
      try {
        return await use(sql)
      } finally {
        await sql.end({ timeout: 1 })
      }
    },
    onRedis: usingRedis(bus.url),
    stop: async () => {
      await bus.stop()
      await database.stop()
      dataDir.close()
      rmSync(path, { recursive: true, force: true })
    },
  }
}
