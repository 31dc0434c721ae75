import { EventStore } from "@muster/event-store"
import { OperationalState } from "@muster/operational-state"
import { ReadModels } from "@muster/read-models"
import { TeamBus, type BusLog } from "@muster/team-bus"
import { Effect } from "effect"
import { DEFAULT_TIMINGS, type DispatcherTimings } from "#src/limits.ts"
import { openWorkOf } from "#src/open-work.ts"
import { startDispatcher } from "#src/start.ts"

export { DEFAULT_TIMINGS, SHARDS, type DispatcherTimings } from "#src/limits.ts"
export type { Handed, HandOver } from "#src/at-once.ts"
export { shardOf } from "#src/shards.ts"

export interface DispatcherOptions {
  readonly log: BusLog
  /** A UUID that outlives this process: what a dead predecessor owned under it is free at once. Default: a new one. */
  readonly processId?: string
  readonly timings?: Partial<DispatcherTimings>
}

/**
 * Runs the dispatcher for as long as the scope is open: log → inboxes, outboxes → log, leases, retries, deadlines,
 * dependencies, presence, dead letters. Several processes on one database share the teams, and stand in for each other. It does
 * not fail: what it stands on may be away at any time, also at the start. Answers with the short way for dispatches of this process.
 */
export const dispatcher = ({ log, processId, timings }: DispatcherOptions) =>
  Effect.gen(function* () {
    const store = yield* EventStore
    const bus = yield* TeamBus
    const readModels = yield* ReadModels
    const { agents, shards } = yield* OperationalState
    const { handOver } = yield* Effect.acquireRelease(
      Effect.sync(() =>
        startDispatcher({
          store,
          bus,
          openWork: openWorkOf(readModels),
          busUsers: () => agents.busUsers(),
          log,
          timings: { ...DEFAULT_TIMINGS, ...timings },
          shards,
          processId,
        }),
      ),
      (running) => Effect.promise(() => running.stop()),
    )
    return { handOver }
  })
