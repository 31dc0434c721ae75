import { Worker } from "bullmq"
import { serveHelper } from "../helper/serve.ts"
import { BULLMQ_QUEUE, type BullmqInput } from "./names.ts"

/** A worker of BullMQ whose jobs do nothing. */
serveHelper(async ({ url, concurrency }: BullmqInput) => {
  const worker = new Worker(BULLMQ_QUEUE, async () => "done", { connection: { url }, concurrency })
  await worker.waitUntilReady()
  return { handlers: {}, stop: () => worker.close() }
})
