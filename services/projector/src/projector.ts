import { PAGE_EVENTS } from "#src/limits.ts"
import { type ProjectorLog, silentLog } from "#src/log.ts"
import { makeRunner } from "#src/run.ts"
import { makeTeamVolume } from "#src/team-volume/volume.ts"
import { Blobs } from "@muster/blobs"
import { EventStore } from "@muster/event-store"
import { SNAPSHOT_EVERY_EVENTS } from "@muster/read-models"
import { ProjectionStore } from "@muster/read-models/writer"
import { Effect, type Scope } from "effect"

export interface ProjectorConfig {
  /** Where the teams' folders lie. Without it no files are written. */
  readonly teamsDir?: string
  readonly log?: ProjectorLog
  /** Events of one read of the log. Default: `PAGE_EVENTS`. */
  readonly pageEvents?: number
  /** Feed events between two stored team views. Default: `SNAPSHOT_EVERY_EVENTS`. */
  readonly snapshotEveryEvents?: number
  /** Least time between two rounds of one team's files. Default: `VOLUME_INTERVAL_MILLIS`. */
  readonly volumeIntervalMillis?: number
}

export interface Projector {
  /**
   * Makes the read models anew from the log, beside those in use, and puts them in their place; resolves when they are as far as the
   * log was when it began. Waits until this process owns the projection. Rejects with `ProjectorStopped` when the projector stops first.
   */
  readonly rebuild: () => Promise<void>
  /** True when this process owns the projection and no snapshot and no file is behind what was folded. */
  readonly isSettled: () => boolean
}

/**
 * Runs a projector until the scope closes: it waits to own the projection, follows the log from the stored checkpoint, and begins
 * again after every outage. It starts in the background and fails with nothing: what goes wrong is logged, counted and retried.
 */
export const projector = (
  config: ProjectorConfig = {},
): Effect.Effect<Projector, never, EventStore | ProjectionStore | Blobs | Scope.Scope> =>
  Effect.gen(function* () {
    const events = yield* EventStore
    const store = yield* ProjectionStore
    const blobs = yield* Blobs
    const { teamsDir: dir, log = silentLog, volumeIntervalMillis: intervalMillis } = config
    const volume =
      dir === undefined
        ? undefined
        : makeTeamVolume({
            dir,
            source: store.files,
            blobs,
            log,
            ...(intervalMillis === undefined ? {} : { intervalMillis }),
          })
    const { pageEvents = PAGE_EVENTS, snapshotEveryEvents = SNAPSHOT_EVERY_EVENTS } = config
    const runner = yield* Effect.acquireRelease(
      Effect.sync(() => makeRunner({ events, store, volume, log, pageEvents, snapshotEveryEvents })),
      (runner) => Effect.promise(() => runner.stop()),
    )
    return { rebuild: runner.rebuild, isSettled: runner.isSettled }
  })
