import { join } from "node:path"
import { Queue, QueueEvents } from "bullmq"
import { openHelper } from "../helper/open.ts"
import { INSTRUCTIONS } from "../product/commands.ts"
import { makeAwaited } from "./awaited.ts"
import { closedLoop } from "./closed-loop.ts"
import { figuresOf } from "./figures.ts"
import { BULLMQ_QUEUE, type BullmqInput } from "./names.ts"
import type { OpenSide } from "./sides.ts"

/** BullMQ on the same Redis: `add` → the `completed` event of QueueEvents. What is done stays in Redis, as it does by default. */
export const openBullmq: OpenSide = async ({ context, redis, workers, slots }) => {
  const connection = { url: redis.url }
  const queue = new Queue(BULLMQ_QUEUE, { connection })
  context.defer(() => queue.close())
  const events = new QueueEvents(BULLMQ_QUEUE, { connection })
  context.defer(() => events.close())
  const awaited = makeAwaited()
  events.on("completed", ({ jobId }) => awaited.ended(jobId))
  await events.waitUntilReady()
  const input: BullmqInput = { url: redis.url, concurrency: slots }
  const path = join(import.meta.dirname, "bullmq-process.ts")
  const helpers = await Promise.all(
    Array.from({ length: workers }, (_, index) => openHelper(context, { path, name: `bullmq-${index + 1}`, input })),
  )
  let added = 0
  return {
    loop: async (loop) =>
      figuresOf(
        await closedLoop(loop, async () => {
          added += 1
          const { id } = await queue.add("task", { title: `Task ${added}`, instructions: INSTRUCTIONS })
          if (id === undefined) throw new TypeError("an added job has an id")
          await awaited.until(id)
        }),
      ),
    pids: { producer: [process.pid], workers: helpers.map(({ pid }) => pid) },
  }
}
