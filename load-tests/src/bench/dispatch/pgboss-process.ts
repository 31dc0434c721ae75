import { setTimeout as delay } from "node:timers/promises"
import { PgBoss } from "pg-boss"
import { serveHelper, tellOpener } from "../helper/serve.ts"
import { PEER_POLL_MILLIS } from "./limits.ts"
import { PGBOSS_QUEUE, type PgBossInput } from "./names.ts"

/** A worker of pg-boss whose jobs do nothing. It looks for them only while it is asked to, so that it leaves the others alone. */
serveHelper(async ({ connectionString, concurrency, batch, connections }: PgBossInput) => {
  const boss = new PgBoss({ connectionString, max: connections, supervise: false, schedule: false, migrate: false })
  boss.on("error", (error) => process.stderr.write(`${error.message}\n`))
  await boss.start()
  let working = new AbortController()
  let worked: Promise<unknown> = Promise.resolve()
  const work = async (signal: AbortSignal): Promise<void> => {
    while (!signal.aborted) {
      const jobs = await boss.fetch(PGBOSS_QUEUE, { batchSize: batch })
      if (jobs.length === 0) {
        await delay(PEER_POLL_MILLIS)
        continue
      }
      const ids = jobs.map(({ id }) => id)
      await boss.complete(PGBOSS_QUEUE, ids)
      tellOpener(ids)
    }
  }
  const rest = async (): Promise<void> => {
    working.abort()
    await worked
  }
  return {
    handlers: {
      work: () => {
        working = new AbortController()
        const { signal } = working
        worked = Promise.all(Array.from({ length: Math.max(1, concurrency / batch) }, () => work(signal)))
      },
      rest,
    },
    stop: async () => {
      await rest()
      await boss.stop({ graceful: false })
    },
  }
})
