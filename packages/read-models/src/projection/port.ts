import type { Ownership } from "#src/checkpoint/ownership.ts"
import type { AdvanceListener } from "#src/port.ts"
import type { ProjectionStep } from "#src/projection/apply.ts"
import type { Beginning } from "#src/projection/build.ts"
import type { TeamFilesSource } from "#src/projection/files.ts"
import type { ProjectionKeys, ProjectionState } from "#src/projection/load.ts"
import type { ProjectionOwner } from "#src/projection/owner.ts"
import type { DueSnapshots } from "#src/snapshot/due.ts"
import type { Position } from "@muster/domain"
import { Context } from "effect"

/** The writing side of the read models: for the projector alone. Its promises reject with `DatabaseFault`. */
export interface ProjectionStore {
  /** Waits until this process alone may write, through any outage; undefined when the signal aborts first. */
  readonly own: (signal: AbortSignal) => Promise<Ownership | undefined>
  /** The documents under the keys, as stored in the tables that the owner writes. */
  readonly load: (owner: ProjectionOwner, keys: ProjectionKeys) => Promise<ProjectionState>
  /** Writes a step with its checkpoint, or nothing; false when somebody else owns the projection. */
  readonly apply: (owner: ProjectionOwner, step: ProjectionStep) => Promise<boolean>
  /** Empties what is in use, for a log of `generation`; undefined when somebody else owns the projection. */
  readonly reset: (owner: Ownership, to: Beginning) => Promise<Ownership | undefined>
  /** Read models made anew beside those in use, which readers see until all tables change places at once. */
  readonly build: {
    /** Empty tables; steps of the owner it answers with go there. Undefined when somebody else owns the projection. */
    readonly begin: (owner: Ownership, to: Beginning) => Promise<ProjectionOwner | undefined>
    /** The indexes that readers need, once for all rows; steps may follow. False when somebody else owns the projection. */
    readonly index: (owner: ProjectionOwner) => Promise<boolean>
    /** What was built, up to `position`, is in use from now on. Undefined when somebody else owns the projection. */
    readonly swap: (owner: ProjectionOwner, position: Position) => Promise<ProjectionOwner | undefined>
  }
  /** Call after each commit: wakes those who wait in this process, and hints to the others. */
  readonly advanced: AdvanceListener
  readonly snapshots: {
    /** Feeds that lack a snapshot, and how far they reach. */
    readonly missing: (everyEvents: number) => Promise<ReadonlyMap<string, number>>
    /** Stores what a team lacks up to `head`, or up to the one at hand when the signal aborts. */
    readonly store: (owner: Ownership, due: DueSnapshots) => Promise<void>
  }
  /** For the /team volume. Its promises reject with `ReadModelsUnavailable`. */
  readonly files: TeamFilesSource
}

/** The writing side as an Effect service; `layerReadModels` provides it beside `ReadModels`. */
export const ProjectionStore = Context.Service<ProjectionStore>("@muster/read-models/ProjectionStore")
