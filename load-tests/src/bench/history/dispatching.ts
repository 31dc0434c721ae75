import type { Loop } from "../dispatch/closed-loop.ts"
import { SLOTS, WORKERS } from "../dispatch/limits.ts"
import type { BenchContext } from "../frame.ts"
import { LOOK_AGAIN_MILLIS } from "../limits.ts"
import { openProduct } from "../product/open.ts"
import { startRedis, type BenchPostgres } from "../servers.ts"
import { setTimeout as delay } from "node:timers/promises"
import postgres from "postgres"

type Database = Pick<BenchPostgres, "ownerUrl" | "appUrl" | "adminUrl">

/** Waits until the read models hold what the log holds: a long history takes its time at the first start. */
const untilProjected = async ({ adminUrl }: Database, tell: (line: string) => void): Promise<void> => {
  const admin = postgres(adminUrl, { max: 1, onnotice: () => undefined })
  try {
    let told = -1
    for (;;) {
      const [row] = await admin<{ behind: string; position: string }[]>`
        SELECT (SELECT max(position) FROM es.events) - min(position) AS behind, min(position) AS position FROM rm.checkpoint`
      if (row === undefined) throw new TypeError("the projector has a checkpoint")
      if (Number(row.behind) <= 0) return
      const millions = Math.floor(Number(row.position) / 1e6)
      if (millions > told) tell(`the read models are at ${row.position}`)
      told = millions
      await delay(LOOK_AGAIN_MILLIS)
    }
  } finally {
    await admin.end()
  }
}

/** Muster on a database with a history, a Redis of its own and a new team in it; gives tasks per second with outcomes in the log. */
export const openDispatching = async (
  context: BenchContext,
  database: Database,
  name: string,
): Promise<(loop: Loop) => Promise<number>> => {
  const redis = await startRedis(context)
  const product = await openProduct(context, { postgres: database, redis, name })
  await untilProjected(database, context.tell)
  const team = await product.makeTeam({ name: "Bench", members: WORKERS, slots: SLOTS, placement: "local" })
  return async (loop) => (await product.loop(team, loop)).perSecond
}
