import { join } from "node:path"
import { Blobs } from "@muster/blobs"
import { ensureOrganisation } from "@muster/control-plane"
import { START } from "@muster/domain"
import { EventStore } from "@muster/event-store"
import { layerPostgres, migrateEventLog } from "@muster/event-store/postgres"
import { connectPg, silentLog } from "@muster/platform"
import { projector } from "@muster/projector"
import { layerReadModels, migrateReadModels, ReadModels } from "@muster/read-models"
import { Effect, Exit, Fiber, Layer } from "effect"
import { serveHelper, type Handler } from "../helper/serve.ts"
import { fillWithHistories } from "./histories.ts"

export interface ProjectorInput {
  readonly ownerUrl: string
  readonly appUrl: string
  readonly dataDir: string
  readonly events: number
}

const MILLIS_PER_SECOND = 1_000
/** Longest wait for the read models to have all of the log. */
const CATCH_UP_MILLIS = 600_000

const migrate = async (ownerUrl: string, appUrl: string): Promise<void> => {
  const sql = connectPg({ url: ownerUrl, max: 1, applicationName: "bench-migrate", statementTimeoutMillis: 0 })
  const role = new URL(appUrl).username
  try {
    await migrateEventLog(sql, role)
    await migrateReadModels(sql, role)
  } finally {
    await sql.end()
  }
}

/** The log and the shipped projector over it, with the files of the teams, and nothing else. */
const program = ({ dataDir, events }: ProjectorInput, serve: (handlers: Readonly<Record<string, Handler>>) => void) =>
  Effect.gen(function* () {
    const log = yield* EventStore
    const reads = yield* ReadModels
    const { orgId } = yield* Effect.promise(() => ensureOrganisation(log))
    const stored = yield* Effect.promise(() => fillWithHistories(log, orgId, events))
    const { rebuild } = yield* projector({ teamsDir: join(dataDir, "teams") })
    const head = yield* Effect.promise(() => log.head())
    const isThere = yield* Effect.promise(() => reads.waitFor(head, CATCH_UP_MILLIS))
    if (!isThere) return yield* Effect.die(new Error("the read models did not get there in time"))
    const perSecond = async (work: () => Promise<unknown>): Promise<number> => {
      const from = performance.now()
      await work()
      return (stored * MILLIS_PER_SECOND) / (performance.now() - from)
    }
    serve({
      stored: () => stored,
      rebuild: () => perSecond(rebuild),
      catchUp: () =>
        perSecond(async () => {
          const ending = new AbortController()
          for await (const batch of log.subscribe({ after: START, signal: ending.signal }))
            if (batch.at(-1)?.position === head) break
          ending.abort()
        }),
    })
    return yield* Effect.never
  })

serveHelper(async (input: ProjectorInput) => {
  const { ownerUrl, appUrl, dataDir } = input
  await migrate(ownerUrl, appUrl)
  const opened = Promise.withResolvers<Readonly<Record<string, Handler>>>()
  const layers = Layer.mergeAll(
    layerPostgres({ url: appUrl, log: silentLog }),
    layerReadModels({ url: appUrl, log: silentLog }),
    Blobs.layer({ dir: join(dataDir, "blobs") }),
  )
  const running = Effect.runFork(program(input, opened.resolve).pipe(Effect.scoped, Effect.provide(layers)))
  running.addObserver((exit) => {
    if (Exit.isFailure(exit)) opened.reject(new Error(`it did not start: ${String(exit.cause)}`))
  })
  return { handlers: await opened.promise, stop: () => Effect.runPromise(Fiber.interrupt(running)) }
})
