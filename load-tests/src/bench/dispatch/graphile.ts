import { join } from "node:path"
import { makeWorkerUtils, type WorkerUtils } from "graphile-worker"
import { openHelper } from "../helper/open.ts"
import { INSTRUCTIONS } from "../product/commands.ts"
import { makeAwaited } from "./awaited.ts"
import { closedLoop } from "./closed-loop.ts"
import { figuresOf } from "./figures.ts"
import { PEER_BATCH, PEER_CONNECTIONS } from "./limits.ts"
import { GRAPHILE_TASK, type GraphileInput } from "./names.ts"
import type { OpenSide } from "./sides.ts"

type Add = (payload: object) => Promise<string>

/** Adds what came while the last batch was on its way, as one statement. */
const inBatches = (utils: WorkerUtils): Add => {
  interface Waiting {
    readonly payload: object
    readonly resolve: (id: string) => void
    readonly reject: (error: unknown) => void
  }
  let waiting: Waiting[] = []
  let isAdding = false
  const drain = async (): Promise<void> => {
    isAdding = true
    while (waiting.length > 0) {
      const batch = waiting
      waiting = []
      try {
        const jobs = await utils.addJobs(batch.map(({ payload }) => ({ identifier: GRAPHILE_TASK, payload })))
        for (const [index, { resolve, reject }] of batch.entries()) {
          const id = jobs[index]?.id
          if (id === undefined) reject(new TypeError("an added job has an id"))
          else resolve(id)
        }
      } catch (error) {
        for (const { reject } of batch) reject(error)
      }
    }
    isAdding = false
  }
  return (payload) =>
    new Promise((resolve, reject) => {
      waiting.push({ payload, resolve, reject })
      if (!isAdding) queueMicrotask(() => void (isAdding ? undefined : drain()))
    })
}

/**
 * graphile-worker in a database of its own on the same PostgreSQL. Its worker says when it has carried out a job (`job:complete`, a moment
 * before the statement that notes it is answered), and the process tells the producer: the cheapest it offers.
 */
export const openGraphile =
  (isBatched: boolean): OpenSide =>
  async ({ context, postgres, workers, slots }) => {
    const name = isBatched ? "graphile_batched" : "graphile_unbatched"
    const { adminUrl: connectionString } = await postgres.database(name)
    const utils = await makeWorkerUtils({ connectionString, maxPoolSize: PEER_CONNECTIONS })
    context.defer(() => utils.release())
    await utils.migrate()
    const awaited = makeAwaited()
    const path = join(import.meta.dirname, "graphile-process.ts")
    const input: GraphileInput = {
      connectionString,
      concurrency: slots,
      connections: PEER_CONNECTIONS,
      batch: isBatched ? PEER_BATCH : undefined,
    }
    const helpers = await Promise.all(
      Array.from({ length: workers }, (_, index) => openHelper(context, { path, name: `${name}-${index + 1}`, input })),
    )
    for (const { onNote } of helpers)
      onNote((ids) => {
        for (const id of ids as readonly string[]) awaited.ended(id)
      })
    const add: Add = isBatched ? inBatches(utils) : async (payload) => (await utils.addJob(GRAPHILE_TASK, payload)).id
    let added = 0
    return {
      loop: async (loop) =>
        figuresOf(
          await closedLoop(loop, async () => {
            added += 1
            await awaited.until(await add({ title: `Task ${added}`, instructions: INSTRUCTIONS }))
          }),
        ),
      pids: { producer: [process.pid], workers: helpers.map(({ pid }) => pid) },
    }
  }
