import { readFileSync } from "node:fs"
import { startTestPostgres, startTestRedis } from "@muster/platform/testing"
import { Redis } from "ioredis"
import postgres from "postgres"
import type { BenchContext } from "./frame.ts"
import { COUNTING_SETTINGS, countStatements } from "./profile/statements.ts"

export interface BenchPostgres {
  /** Owner of database `muster`. */
  readonly ownerUrl: string
  /** The application's role. */
  readonly appUrl: string
  /** The superuser on the same database. */
  readonly adminUrl: string
  /** Makes an empty database and gives the same three addresses in it. */
  readonly database: (name: string) => Promise<Pick<BenchPostgres, "ownerUrl" | "appUrl" | "adminUrl">>
  /** The server's first process: all others are its children. */
  readonly pid: number
  /** What it promises about a commit, as it says itself. */
  readonly durability: Readonly<Record<string, string>>
}

export interface BenchRedis {
  /** The default user with its password. */
  readonly url: string
  readonly pid: number
  readonly durability: Readonly<Record<string, string>>
}

/** Many peers hold connections at the same time. */
const MAX_CONNECTIONS = 200

const SETTINGS = [
  "server_version",
  "fsync",
  "synchronous_commit",
  "full_page_writes",
  "wal_sync_method",
  "shared_buffers",
  "max_wal_size",
] as const

const parentOf = (pid: number): number => {
  // The name in brackets may hold blanks; what follows it does not.
  const rest = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1) ?? ""
  return Number(rest.split(" ")[1])
}

const inDatabase = (address: string, name: string): string => {
  const url = new URL(address)
  url.pathname = `/${name}`
  return url.href
}

/** A private PostgreSQL, set up as the product sets up its own: a commit is on the disk when it is answered. */
export const startPostgres = async ({ defer, tell, profileDir }: BenchContext): Promise<BenchPostgres> => {
  tell("starting a PostgreSQL …")
  const settings = profileDir === undefined ? {} : COUNTING_SETTINGS
  const server = await startTestPostgres({ durable: true, maxConnections: MAX_CONNECTIONS, settings })
  defer(server.stop)
  const { ownerUrl, appUrl, adminUrl } = server
  if (profileDir !== undefined) defer(await countStatements(adminUrl, profileDir))
  const sql = postgres(adminUrl, { max: 1, onnotice: () => undefined })
  try {
    const durability: Record<string, string> = {}
    for (const name of SETTINGS) {
      const [row] = await sql<{ value: string }[]>`SELECT current_setting(${name}) AS value`
      if (row !== undefined) durability[name] = row.value
    }
    const [backend] = await sql<{ pid: number }[]>`SELECT pg_backend_pid() AS pid`
    if (backend === undefined) throw new TypeError("a session has a backend")
    return {
      ownerUrl,
      appUrl,
      adminUrl,
      pid: parentOf(backend.pid),
      durability,
      database: async (name) => {
        const admin = postgres(adminUrl, { max: 1, onnotice: () => undefined })
        const [owner, app] = [new URL(ownerUrl).username, new URL(appUrl).username]
        try {
          await admin`CREATE DATABASE ${admin(name)} OWNER ${admin(owner)} TEMPLATE template0`
          await admin`GRANT CONNECT ON DATABASE ${admin(name)} TO ${admin(app)}`
        } finally {
          await admin.end()
        }
        return {
          ownerUrl: inDatabase(ownerUrl, name),
          appUrl: inDatabase(appUrl, name),
          adminUrl: inDatabase(adminUrl, name),
        }
      },
    }
  } finally {
    await sql.end()
  }
}

/** A private Redis, set up as the product sets up its own: in memory alone. Ours and the peers share it. */
export const startRedis = async ({ defer, tell }: BenchContext): Promise<BenchRedis> => {
  tell("starting a Redis …")
  const server = await startTestRedis()
  defer(server.stop)
  const redis = new Redis(server.url)
  try {
    const info = await redis.info("server")
    const settings = (await redis.config("GET", "append*")) as readonly string[]
    const of = (name: string) => settings[settings.indexOf(name) + 1] ?? ""
    return {
      url: server.url,
      pid: Number(/^process_id:(\d+)/m.exec(info)?.[1]),
      durability: {
        redis_version: /^redis_version:(\S+)/m.exec(info)?.[1] ?? "",
        appendonly: of("appendonly"),
        appendfsync: of("appendfsync"),
      },
    }
  } finally {
    await redis.quit()
  }
}
