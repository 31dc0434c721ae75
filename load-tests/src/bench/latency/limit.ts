import { join } from "node:path"
import { Redis } from "ioredis"
import postgres from "postgres"
import type { BenchContext } from "../frame.ts"
import { openHelper } from "../helper/open.ts"
import { atRate } from "../pacing.ts"
import { INSTRUCTIONS } from "../product/commands.ts"
import type { BenchPostgres, BenchRedis } from "../servers.ts"
import { keepArrivals, type Sent } from "./arrivals.ts"

const STREAM = "bench:limit"

/** What no such system can beat: one INSERT, committed to disk, then one XADD to a reader that waits in XREAD. */
export const openLimit = async (context: BenchContext, servers: { postgres: BenchPostgres; redis: BenchRedis }) => {
  const { ownerUrl } = await servers.postgres.database("bare")
  const sql = postgres(ownerUrl, { max: 4, onnotice: () => undefined })
  context.defer(() => sql.end())
  await sql`CREATE TABLE task (id text PRIMARY KEY, data jsonb NOT NULL, at timestamptz NOT NULL DEFAULT clock_timestamp())`
  const redis = new Redis(servers.redis.url)
  context.defer(() => redis.disconnect())
  const path = join(import.meta.dirname, "reader-process.ts")
  const reader = await openHelper(context, { path, name: "reader", input: { url: servers.redis.url, stream: STREAM } })
  const arrivals = keepArrivals(reader)
  let made = 0
  const send = async (dueNanos: bigint): Promise<Sent> => {
    made += 1
    const id = `task-${made}`
    const data = { title: `Task ${made}`, instructions: INSTRUCTIONS }
    await sql`INSERT INTO task (id, data) VALUES (${id}, ${sql.json(data)})`
    await redis.xadd(STREAM, "*", "id", id, "d", JSON.stringify(data))
    return { id, dueNanos: String(dueNanos) }
  }
  return async (rate: { perSecond: number; seconds: number }): Promise<readonly number[]> => {
    const sent: Promise<Sent>[] = []
    await atRate(rate, (due) => void sent.push(send(due)))
    return arrivals.latenciesMillis(await Promise.all(sent))
  }
}
