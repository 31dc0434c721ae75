import type { EventStore } from "@muster/event-store"
import type { BusLog, BusUser, TeamBus } from "@muster/team-bus"
import type { RecordedEvent } from "@muster/domain"
import type { DispatcherTimings } from "#src/limits.ts"
import type { Reaction } from "#src/model/reactions.ts"
import type { LeaseBook } from "#src/model/leases.ts"
import type { World } from "#src/model/world.ts"
import type { OpenWork } from "#src/open-work.ts"

/** What the dispatcher stands on. */
export interface Foundations {
  readonly store: EventStore
  readonly bus: TeamBus
  readonly openWork: OpenWork
  /** Live bus users: the wanted state of the bus' access list. */
  readonly busUsers: () => Promise<readonly BusUser[]>
  readonly log: BusLog
  readonly timings: DispatcherTimings
  /** Epoch milliseconds by the clock of the database: see `LogClock`. Never ask the wall clock of this process instead. */
  readonly nowMillis: () => number
}

/** What all loops of one life of the dispatcher share. */
export interface Core extends Foundations {
  readonly world: World
  readonly leases: LeaseBook
  /** Generation of the log. */
  readonly logGeneration: string
  /** Highest position there was when this life took over teams last: whoever had them before wrote nothing beyond it into an inbox. */
  readonly startHead: string
  /** True while this life works for the team. */
  readonly holds: (teamId: string) => boolean
  /** False once the lease may have ended: nothing may be read or written then. */
  readonly isCurrent: () => boolean
  /** Folds events and sees to what follows from them. */
  readonly take: (events: readonly RecordedEvent[]) => void
  /** Sees to it. Never fails and never waits: the loops do the work. */
  readonly react: (reactions: readonly Reaction[]) => void
}
