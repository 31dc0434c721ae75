import { EventEmitter } from "node:events"
import { run, Logger, type WorkerEvents } from "graphile-worker"
import { serveHelper, tellOpener } from "../helper/serve.ts"
import { GRAPHILE_TASK, type GraphileInput } from "./names.ts"

/** A worker of graphile-worker whose jobs do nothing. */
serveHelper(async ({ connectionString, concurrency, connections, batch }: GraphileInput) => {
  const events: WorkerEvents = new EventEmitter()
  let ended: string[] = []
  events.on("job:complete", ({ job }) => {
    if (ended.length === 0)
      setImmediate(() => {
        tellOpener(ended)
        ended = []
      })
    ended.push(job.id)
  })
  const runner = await run({
    preset: {
      worker: {
        connectionString,
        concurrentJobs: concurrency,
        maxPoolSize: connections,
        ...(batch === undefined ? {} : { localQueue: { size: batch }, completeJobBatchDelay: 0, failJobBatchDelay: 0 }),
      },
    },
    noHandleSignals: true,
    // It says a line per job otherwise.
    logger: new Logger(() => () => undefined),
    taskList: { [GRAPHILE_TASK]: async () => undefined },
    events,
  })
  return { handlers: {}, stop: () => runner.stop() }
})
