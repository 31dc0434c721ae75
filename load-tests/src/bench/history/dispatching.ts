import type { Loop } from "../dispatch/closed-loop.ts"
import { SLOTS, WORKERS } from "../dispatch/limits.ts"
import type { BenchContext } from "../frame.ts"
import { LOOK_AGAIN_MILLIS } from "../limits.ts"
import { openProduct } from "../product/open.ts"
import { PROJECTED_TIMEOUT_MILLIS, TELL_EVERY_MILLIS } from "./limits.ts"
import { startRedis, type BenchPostgres } from "../servers.ts"
import { SNAPSHOT_EVERY_EVENTS } from "@muster/read-models"
import { setTimeout as delay } from "node:timers/promises"
import postgres from "postgres"

type Database = Pick<BenchPostgres, "ownerUrl" | "appUrl" | "adminUrl">

/** Where the read models are, and those that are being made anew beside them. */
const positionOf = async (admin: postgres.Sql): Promise<number> => {
  const [made] = await admin<{ position: string }[]>`SELECT min(position) AS position FROM rm.checkpoint`
  const [build] = await admin<{ exists: boolean }[]>`SELECT to_regclass('rm_next.checkpoint') IS NOT NULL AS exists`
  if (build?.exists !== true) return Number(made?.position ?? 0)
  const [making] = await admin<{ position: string | null }[]>`SELECT max(position) AS position FROM rm_next.checkpoint`
  return Math.max(Number(made?.position ?? 0), Number(making?.position ?? 0))
}

/** Waits until the read models hold what the log holds: a long history takes its time at the first start. */
const untilProjected = async ({ adminUrl }: Database, tell: (line: string) => void): Promise<void> => {
  const admin = postgres(adminUrl, { max: 1, onnotice: () => undefined })
  const lateAt = performance.now() + PROJECTED_TIMEOUT_MILLIS
  try {
    let told = 0
    for (;;) {
      const [row] = await admin<{ behind: string }[]>`
        SELECT (SELECT max(position) FROM es.events) - min(position) AS behind FROM rm.checkpoint`
      if (row === undefined) throw new TypeError("the projector has a checkpoint")
      if (Number(row.behind) <= 0) return
      if (performance.now() >= lateAt) throw new Error(`the read models are still ${row.behind} events behind`)
      if (performance.now() >= told + TELL_EVERY_MILLIS) {
        tell(`the read models are at ${await positionOf(admin)}`)
        told = performance.now()
      }
      await delay(LOOK_AGAIN_MILLIS)
    }
  } finally {
    await admin.end()
  }
}

/** Team views are stored behind the projection; those of a long history take minutes, in which they would use a core. */
export const untilSnapshots = async (
  { adminUrl }: Pick<Database, "adminUrl">,
  tell: (line: string) => void,
): Promise<void> => {
  const admin = postgres(adminUrl, { max: 1, onnotice: () => undefined })
  const lateAt = performance.now() + PROJECTED_TIMEOUT_MILLIS
  try {
    let told = performance.now()
    for (;;) {
      const [row] = await admin<{ missing: number }[]>`
        SELECT count(*)::int AS missing FROM rm.feed_head h
        WHERE h.feed_id LIKE 'team:%' AND h.seq - ${SNAPSHOT_EVERY_EVENTS}::int >= coalesce(
          (SELECT max(s.seq) FROM rm.snapshot s WHERE s.team_id = substr(h.feed_id, 6)), 0)`
      if (row === undefined) throw new TypeError("a count has a row")
      if (row.missing === 0) return
      if (performance.now() >= lateAt) throw new Error(`${row.missing} teams still lack their newest snapshot`)
      if (performance.now() >= told + TELL_EVERY_MILLIS) {
        tell(`${row.missing} teams lack their newest snapshot`)
        told = performance.now()
      }
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
  await untilSnapshots(database, context.tell)
  const team = await product.makeTeam({ name: "Bench", members: WORKERS, slots: SLOTS, placement: "local" })
  return async (loop) => (await product.loop(team, loop)).perSecond
}
