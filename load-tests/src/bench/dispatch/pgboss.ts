import { join } from "node:path"
import { PgBoss } from "pg-boss"
import { openHelper } from "../helper/open.ts"
import { INSTRUCTIONS } from "../product/commands.ts"
import { makeAwaited } from "./awaited.ts"
import { closedLoop } from "./closed-loop.ts"
import { figuresOf } from "./figures.ts"
import { PEER_CONNECTIONS } from "./limits.ts"
import { PGBOSS_QUEUE, type PgBossInput } from "./names.ts"
import type { OpenSide } from "./sides.ts"

/**
 * pg-boss in a database of its own on the same PostgreSQL: `send` one by one; its workers fetch and complete jobs one by one, as `work` does by
 * default, or (batched) as many as their concurrency in one call. Their process tells the producer when the completion is answered. They look again
 * at once when there was work and soon otherwise, which is sooner than pg-boss polls by itself.
 */
export const openPgBoss =
  (isBatched: boolean): OpenSide =>
  async ({ context, postgres, workers, slots }) => {
    const name = isBatched ? "pgboss_batched" : "pgboss"
    const { adminUrl: connectionString } = await postgres.database(name)
    const boss = new PgBoss({ connectionString, max: PEER_CONNECTIONS, supervise: false, schedule: false })
    boss.on("error", (error) => context.tell(`pg-boss: ${error.message}`))
    await boss.start()
    context.defer(() => boss.stop({ graceful: false }))
    await boss.createQueue(PGBOSS_QUEUE)
    const awaited = makeAwaited()
    const path = join(import.meta.dirname, "pgboss-process.ts")
    const input: PgBossInput = {
      connectionString,
      concurrency: slots,
      batch: isBatched ? slots : 1,
      connections: PEER_CONNECTIONS,
    }
    const helpers = await Promise.all(
      Array.from({ length: workers }, (_, index) => openHelper(context, { path, name: `${name}-${index + 1}`, input })),
    )
    for (const { onNote } of helpers)
      onNote((ids) => {
        for (const id of ids as readonly string[]) awaited.ended(id)
      })
    let added = 0
    return {
      loop: async (loop) => {
        await Promise.all(helpers.map(({ ask }) => ask("work")))
        const result = await closedLoop(loop, async () => {
          added += 1
          const id = await boss.send(PGBOSS_QUEUE, { title: `Task ${added}`, instructions: INSTRUCTIONS })
          if (id === null) throw new TypeError("a sent job has an id")
          await awaited.until(id)
        })
        await Promise.all(helpers.map(({ ask }) => ask("rest")))
        return figuresOf(result)
      },
      pids: { producer: [process.pid], workers: helpers.map(({ pid }) => pid) },
    }
  }
