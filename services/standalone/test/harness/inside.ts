import { readdirSync, readFileSync, readlinkSync } from "node:fs"
import { Redis } from "ioredis"
import postgres from "postgres"
import { OUTCOME_TYPES } from "./history.ts"
import type { Muster } from "./muster.ts"
import { readRunFile } from "./run-file.ts"

/** What a proof can see of the inside of a product, as the account that owns its data. */

const runFile = (muster: Muster) => readRunFile(muster.dataDir)

/** Uses the bus as its administrator. */
export const onBus = async <A>(muster: Muster, use: (redis: Redis) => Promise<A>): Promise<A> => {
  const redis = new Redis(runFile(muster).redisUrl, { lazyConnect: true, maxRetriesPerRequest: 1 })
  try {
    await redis.connect()
    return await use(redis)
  } finally {
    redis.disconnect()
  }
}

const withSql = async <A>(url: string, use: (sql: postgres.Sql) => Promise<A>): Promise<A> => {
  const sql = postgres(url, { max: 1, onnotice: () => undefined })
  try {
    return await use(sql)
  } finally {
    await sql.end({ timeout: 5 })
  }
}

/** Uses the database as the application does. */
export const onDatabase = <A>(muster: Muster, use: (sql: postgres.Sql) => Promise<A>): Promise<A> =>
  withSql(runFile(muster).appDatabaseUrl, use)

/** Uses the product's database as the role that owns its tables. */
export const onOwnersDatabase = <A>(muster: Muster, use: (sql: postgres.Sql) => Promise<A>): Promise<A> =>
  withSql(muster.ownerDatabaseUrl(), use)

export const databasePort = (muster: Muster): number => Number(new URL(runFile(muster).appDatabaseUrl).port)
export const busPort = (muster: Muster): number => Number(new URL(runFile(muster).redisUrl).port)

/** Outcomes in the log itself, by task id and in the order of runs: how many events that end a run each run has. */
export const countOutcomes = (
  muster: Muster,
  taskIds: readonly string[],
): Promise<ReadonlyMap<string, readonly number[]>> =>
  onDatabase(muster, async (sql) => {
    const rows = await sql<{ stream: string; run: number; outcomes: number }[]>`
      with numbered as (
        select stream, type, count(*) filter (where type in ('TaskDispatched', 'TaskRetried', 'TaskRedriven'))
                               over (partition by stream order by revision) as run
        from es.events
        where stream = any(${taskIds.map((id) => `task-${id}`)})
      )
      select stream, run::int, (count(*) filter (where type = any(${[...OUTCOME_TYPES]})))::int as outcomes
      from numbered group by stream, run order by stream, run`
    const counted = new Map<string, number[]>()
    for (const { stream, outcomes } of rows) {
      const taskId = stream.slice("task-".length)
      counted.set(taskId, [...(counted.get(taskId) ?? []), outcomes])
    }
    return counted
  })

const argumentsOf = (pid: string): string => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ")
  } catch (error) {
    if (isGone(error)) return ""
    throw error
  }
}

const directoryOf = (pid: string): string => {
  try {
    return readlinkSync(`/proc/${pid}/cwd`)
  } catch (error) {
    if (isGone(error)) return ""
    throw error
  }
}

const isGone = (error: unknown): boolean =>
  error instanceof Error && "code" in error && ["ENOENT", "ESRCH", "EACCES", "EPERM"].includes(String(error.code))

export interface Process {
  readonly pid: number
  readonly commandLine: string
}

/** Processes that work in a product's data directory or were started with a path in it, the guard of this proof aside. */
export const processesOf = (muster: Muster): readonly Process[] =>
  readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => ({ pid: Number(pid), commandLine: argumentsOf(pid), directory: directoryOf(pid) }))
    .filter(
      ({ commandLine, directory }) =>
        (commandLine.includes(muster.dataDir) && !commandLine.startsWith("sh -c cat >/dev/null")) ||
        directory.startsWith(muster.dataDir),
    )
    .map(({ pid, commandLine }) => ({ pid, commandLine }))

/** The agents of members, by member id. */
export const agentsOf = (muster: Muster): ReadonlyMap<string, number> => {
  const agents = new Map<string, number>()
  for (const { pid, commandLine } of processesOf(muster)) {
    const memberId = /--state-dir \S*\/instances\/([0-9a-f-]{36})/.exec(commandLine)?.[1]
    if (memberId !== undefined) agents.set(memberId, pid)
  }
  return agents
}
