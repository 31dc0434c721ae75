import { EventStore } from "@muster/event-store"
import { OperationalState } from "@muster/operational-state"
import { ReadModels } from "@muster/read-models"
import { TeamBus, type BusLog } from "@muster/team-bus"
import { Effect } from "effect"
import { DEFAULT_TIMINGS, type DispatcherTimings } from "#src/limits.ts"
import { openWorkOf } from "#src/open-work.ts"
import { startDispatcher } from "#src/start.ts"

export { DEFAULT_TIMINGS, type DispatcherTimings } from "#src/limits.ts"

export interface DispatcherOptions {
  /** Connection string of the application's role: for the lock that makes one process the dispatcher. */
  readonly databaseUrl: string
  readonly log: BusLog
  readonly timings?: Partial<DispatcherTimings>
}

/**
 * Runs the dispatcher for as long as the scope is open: log → inboxes, outboxes → log, leases, retries, deadlines,
 * dependencies, presence, dead letters. Of several processes on one database one works and the others wait. It does not
 * fail: what it stands on may be away at any time, also at the start.
 */
export const dispatcher = ({ databaseUrl, log, timings }: DispatcherOptions) =>
  Effect.gen(function* () {
    const store = yield* EventStore
    const bus = yield* TeamBus
    const readModels = yield* ReadModels
    const { agents } = yield* OperationalState
    yield* Effect.acquireRelease(
      Effect.sync(() =>
        startDispatcher({
          store,
          bus,
          openWork: openWorkOf(readModels),
          busUsers: () => agents.busUsers(),
          log,
          timings: { ...DEFAULT_TIMINGS, ...timings },
          databaseUrl,
        }),
      ),
      (running) => Effect.promise(() => running.stop()),
    )
  })
