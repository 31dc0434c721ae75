import type {
  ActivityBucket,
  ChatMessageDoc,
  DeadLetter,
  FeedEvent,
  MemberDoc,
  NeedKind,
  NeedShow,
  NeedsPage,
  Phase,
  ScheduleDoc,
  TaskDetail,
  TaskDoc,
  TeamDoc,
  TeamView,
  UserDoc,
} from "@muster/contracts"
import type { OrgId, Position, ScheduleId, Subject, TaskId, TeamId, UserId } from "@muster/domain"
import type { Signal } from "@muster/projections"
import { Context } from "effect"

/** How far a feed reaches. `seq` 0 and position "0": the feed is empty. */
export interface FeedHead {
  readonly seq: number
  readonly position: Position
}

export interface TaskListOptions {
  readonly phase?: typeof Phase.Type
  readonly state?: "open" | "closed"
  readonly memberId?: string
  /** Only tasks with a human number below this one. */
  readonly before?: number
  /** Words of the title, or a human number ("T-118", "118"). */
  readonly q?: string
  readonly limit: number
}

export interface DeadLetterListOptions {
  readonly state?: DeadLetterDoc["state"]
  /** Only entries before this position. */
  readonly before?: Position
  readonly limit: number
}

export interface ChatListOptions {
  /** Only messages before this position. */
  readonly before?: Position
  readonly limit: number
}

export interface FeedRangeOptions {
  /** Only events with a seq above this one: the answer is the oldest of them, by rising seq. */
  readonly after?: number
  /** Only events with a seq below this one. Without `after` the answer is the newest of them, still by rising seq. */
  readonly before?: number
  readonly limit: number
  readonly type?: string
  readonly task?: string
}

/** What narrows a search of a feed; everything that is given must hold. Instants are RFC 3339 in UTC. */
export interface FeedSearchOptions {
  /** Only events with a seq above this one: the answer is the oldest of them first. */
  readonly after?: number
  /** Only events with a seq below this one. Without `after` the answer is the newest of them first. */
  readonly before?: number
  /** Most events in the answer. */
  readonly limit: number
  /** Most events to look through. */
  readonly within?: number
  /** Words as they stand in an event's data. */
  readonly q?: string
  readonly types?: readonly string[]
  readonly signal?: Signal
  /** The least of it. */
  readonly importance?: "key" | "normal"
  readonly actor?: string
  readonly task?: string
  readonly correlation?: string
  /** At or after. */
  readonly from?: string
  /** Before. */
  readonly to?: string
}

export interface FeedSearch {
  readonly items: readonly FeedEvent[]
  readonly head: number
  /** Up to this seq it was looked: to go on with, as `before` or as `after`. */
  readonly reached: number
  /** Nothing is left to look through. */
  readonly isEnd: boolean
}

export interface FeedActivity {
  readonly head: number
  /** The whole feed in stretches of equal length, the last one perhaps shorter; at most `ACTIVITY_MAX_BUCKETS`. */
  readonly items: readonly ActivityBucket[]
}

export interface NeedListOptions {
  readonly limit: number
  /** Where the page before ended, as its `next` said. */
  readonly after?: string
  readonly kind?: NeedKind
  readonly teamId?: string
  /** Default `open`. */
  readonly show?: NeedShow
  /** RFC 3339 with milliseconds: by this clock snoozed things come back. */
  readonly now: string
}

/** A moment of a team: after a position of the log, after an event of its feed, or now. */
export type Moment = { readonly position: Position } | { readonly seq: number } | "head"

/** A piece of a team's feed as texts in JSON, to be handed on as they are. */
export interface TapePiece {
  /** The seq that was meant: that of the event, or of the last one at or before the position; 0 before the beginning. */
  readonly seq: number
  /** Where the feed stands now. */
  readonly head: FeedHead
  /** `TeamView`: the team right before the first of the events. */
  readonly base: string
  /** `FeedEvent[]`, by rising seq. */
  readonly events: string
}

export interface TapeOptions {
  readonly at: Moment
  /** Feeds are cut into pieces of so many events, from the first one on. */
  readonly pieceEvents: number
}

export interface TeamViewAt {
  /** The team as it was; `state.seq` and `state.position` tell after which event. */
  readonly state: TeamView
  /** Where the feed stands now. */
  readonly head: FeedHead
}

/** A member with the organisation it belongs to. */
export type SystemMember = MemberDoc & { readonly orgId: OrgId }

export interface OpenTask {
  readonly taskId: TaskId
  readonly teamId: TeamId
}

export interface OpenSchedule {
  readonly scheduleId: ScheduleId
  readonly teamId: TeamId
}

/** Feeds that grew, and how far they reach now. */
export type AdvanceListener = (position: Position, feeds: ReadonlyMap<string, number>) => void

/**
 * What people and services see of the log, as of `position()`. Queries with a `Subject` answer with what that subject may see and
 * nothing else: a thing of another organisation (for an agent: of another team) does not exist, a list that its role may not read
 * is empty. All promises reject with `ReadModelsUnavailable` when the database cannot be asked.
 */
export interface ReadModels {
  readonly teams: {
    /** By name. `archived`: true only archived ones, false only the others, absent both. */
    readonly list: (subject: Subject, options?: { readonly archived?: boolean }) => Promise<readonly TeamDoc[]>
    readonly get: (subject: Subject, teamId: string) => Promise<TeamDoc | undefined>
  }
  readonly members: {
    /** In the order they were added, removed ones too. */
    readonly list: (subject: Subject, teamId: string) => Promise<readonly MemberDoc[]>
    readonly get: (subject: Subject, teamId: string, memberId: string) => Promise<MemberDoc | undefined>
  }
  readonly tasks: {
    /** The newest (highest number) first. */
    readonly list: (subject: Subject, teamId: string, options: TaskListOptions) => Promise<readonly TaskDoc[]>
    readonly get: (subject: Subject, teamId: string, taskId: string) => Promise<TaskDetail | undefined>
  }
  readonly chat: {
    /** The newest first. */
    readonly list: (subject: Subject, teamId: string, options: ChatListOptions) => Promise<readonly ChatMessageDoc[]>
  }
  /** For sign-in and for showing who did something; takes the organisation of a session, never one from a request. */
  readonly users: {
    readonly get: (orgId: string, userId: string) => Promise<UserDoc | undefined>
    /** Names are compared without regard to case; the earliest registered wins. */
    readonly byName: (orgId: string, name: string) => Promise<UserDoc | undefined>
    readonly names: (orgId: string) => Promise<ReadonlyMap<UserId, string>>
  }
  readonly deadLetters: {
    /** The newest first. */
    readonly list: (
      subject: Subject,
      teamId: string,
      options: DeadLetterListOptions,
    ) => Promise<readonly DeadLetterDoc[]>
    /** Those of these positions that there are, in no order. */
    readonly at: (subject: Subject, teamId: string, positions: readonly string[]) => Promise<readonly DeadLetterDoc[]>
  }
  readonly schedules: {
    /** Those that were not deleted, the newest first. */
    readonly list: (subject: Subject, teamId: string) => Promise<readonly ScheduleDoc[]>
    /** Deleted ones too. */
    readonly get: (subject: Subject, teamId: string, scheduleId: string) => Promise<ScheduleDoc | undefined>
  }
  /** What waits for people, in all teams that the person may see, with the person's own marks. For people alone: agents get nothing. */
  readonly needs: {
    /** By kind, in the order of `needKinds`; the longest waiting first, failures the newest first. */
    readonly list: (subject: Subject, options: NeedListOptions) => Promise<Pick<NeedsPage, "items" | "next">>
    /** Numbers of all that waits for the person at that time. */
    readonly summary: (subject: Subject, now: string) => Promise<Pick<NeedsPage, "total" | "counts" | "nextReturnAt">>
    /** Those of these that there are for the person. */
    readonly known: (subject: Subject, needIds: readonly string[]) => Promise<ReadonlySet<string>>
  }
  readonly feed: {
    readonly head: (feedId: string) => Promise<FeedHead>
    /** Of the last event at or before a position; 0 when there is none. */
    readonly seqAt: (feedId: string, position: Position) => Promise<number>
    readonly range: (subject: Subject, feedId: string, options: FeedRangeOptions) => Promise<readonly FeedEvent[]>
    /** Looks through a bounded number of events and says where it stopped. */
    readonly search: (subject: Subject, feedId: string, options: FeedSearchOptions) => Promise<FeedSearch>
    /** What happened when, over the whole feed. The first answer for a feed reads all of it, later ones what is new. */
    readonly activity: (subject: Subject, feedId: string) => Promise<FeedActivity>
  }
  /** The nearest stored snapshot at or before the moment, plus the feed from there, folded with the reducer the browser uses. */
  readonly teamViewAt: (subject: Subject, teamId: string, at: Moment) => Promise<TeamViewAt | undefined>
  /** The piece of the team's feed that holds a moment, and the team before it: the same fold as `teamViewAt`. */
  readonly tape: (subject: Subject, teamId: string, options: TapeOptions) => Promise<TapePiece | undefined>
  /** Up to where the log is in the read models. */
  readonly position: () => Promise<Position>
  /** True as soon as the read models reach `position`; false when they do not within `timeoutMillis`. */
  readonly waitFor: (position: Position, timeoutMillis: number) => Promise<boolean>
  /**
   * Calls back after each advance; returns how to unsubscribe. In the projector's process at once, elsewhere by a hint of the
   * database, by polling if that is lost. Several advances may come as one. A rebuild shows as a position that went back.
   */
  readonly onAdvance: (listener: AdvanceListener) => () => void
  /** For services, which see all organisations. Never answer a person with these. */
  readonly system: {
    readonly openTasks: () => Promise<readonly OpenTask[]>
    /** All that were not removed. */
    readonly members: () => Promise<readonly SystemMember[]>
    readonly teams: () => Promise<readonly TeamDoc[]>
    /** All that were not deleted. */
    readonly schedules: () => Promise<readonly OpenSchedule[]>
    /** Members whose agents this machine runs: placement local, not removed, team not archived. */
    readonly localMembers: () => Promise<readonly SystemMember[]>
  }
}

export type DeadLetterDoc = DeadLetter

/** The read models as an Effect service; `layerReadModels` provides it. */
export const ReadModels = Context.Service<ReadModels>("@muster/read-models/ReadModels")
