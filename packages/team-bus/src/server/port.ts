import type { ControlMessage, PresenceValue, ReportEnvelope, TaskEnvelope } from "@muster/contracts"
import { Context } from "effect"
import type { Acl } from "#src/server/acl.ts"
import type { MemberRef } from "#src/keys.ts"
import type { FencingToken } from "#src/server/writer.ts"

/** A task on its way to an inbox. */
export interface InboxEntry {
  /** Of its TaskAssigned event; it becomes the entry's id. */
  readonly position: string
  readonly envelope: TaskEnvelope
}

export interface PublishOptions {
  /** What the team's generation key must hold; undefined: it must be absent (a rebuild is under way). */
  readonly generation: string | undefined
  /** No entry of this inbox can have an id beyond this position of the log. */
  readonly headPosition: string
  /** Up to here the caller knows the inbox to hold all it should: one that ends below was made anew, and is `inbox-missing`. Default: nothing is known. */
  readonly after?: string
  /** At most so many entries in the inbox. */
  readonly cap: number
}

export type PublishOutcome =
  /** All of them are in the inbox now; `duplicates` were there before. */
  | { readonly kind: "published"; readonly added: number; readonly duplicates: number; readonly consumed: number }
  /** The inbox is full: only the first `consumed` are in it. Later ones were not tried, so that order is kept. */
  | { readonly kind: "inbox-full"; readonly added: number; readonly duplicates: number; readonly consumed: number }
  /** The bus was flushed or belongs to another log: rebuild the team. */
  | { readonly kind: "generation-lost" }
  /** The member's inbox or its group is not there, or is another than `after` tells of: make it again and publish all that the member holds. */
  | { readonly kind: "inbox-missing" }
  /** Somebody wrote a foreign id: later tasks would be swallowed as duplicates. Quarantine it. */
  | { readonly kind: "inbox-ahead"; readonly lastId: string }

/** An entry of an outbox. `poison` says why it cannot be understood; `raw` is its body, bounded. */
export type ReportEntry = MemberRef & { readonly entryId: string } & (
    | { readonly envelope: ReportEnvelope; readonly poison?: undefined }
    | { readonly poison: string; readonly raw: string; readonly envelope?: undefined }
  )

export interface ReadReportsOptions {
  /** `pending`: what was read before and not settled, at once. `new`: waits `blockMillis` for the next. */
  readonly what: "pending" | "new"
  readonly blockMillis?: number
}

export interface DeadLetter {
  readonly stream: "in" | "ctl" | "out"
  readonly entryId: string
  readonly reason: string
  /** The body; cut to `DEAD_LETTER_RAW_MAX_CHARS`. */
  readonly raw: string
}

export interface InboxState {
  /** Its highest id ever, or undefined when there is no inbox. */
  readonly lastId: string | undefined
  readonly length: number
}

export interface ControlState {
  /** Its highest id ever, or undefined when there is no control stream. */
  readonly lastId: string | undefined
  /** Of the oldest entry that it holds. */
  readonly firstId: string | undefined
  /** Nothing was ever taken off it. False also where the server cannot tell. */
  readonly hasAll: boolean
}

/** A presence key: the heartbeat, and its text, which differs between any two beats. */
export interface Presence {
  readonly value: PresenceValue
  readonly raw: string
}

/** Reports of one member, by their numbers, that its agent may forget. */
export interface Acknowledgement {
  readonly member: MemberRef
  /** Who made them: the numbers of another incarnation mean other reports. */
  readonly incarnation: ReportEnvelope["incarnation"]
  readonly seqs: readonly number[]
}

/**
 * Where a task's entry is: `waiting` to be read or acknowledged by the bound agent, `taken` (acknowledged, or read by an agent that was
 * replaced: nobody will read it again), `gone` from the inbox, or `due`: not put into this inbox yet, which may have been made anew.
 */
export type Whereabouts = "waiting" | "taken" | "gone" | "due"

/** The server's half of the team bus. Every promise rejects with a BusError. */
export interface TeamBus {
  /** Adds tasks in the order of their positions (which must rise). Adding one twice changes nothing. */
  readonly publish: (
    member: MemberRef,
    entries: readonly InboxEntry[],
    options: PublishOptions,
  ) => Promise<PublishOutcome>
  /** Takes entries off an inbox, read or not: their assignments have ended. */
  readonly removeTasks: (member: MemberRef, positions: readonly string[]) => Promise<void>
  /** For each position: is its entry in the inbox? */
  readonly holdsTasks: (member: MemberRef, positions: readonly string[]) => Promise<readonly boolean[]>
  /** For each position: may the agent of this incarnation still read its entry? */
  readonly whereabouts: (
    member: MemberRef,
    incarnation: string,
    positions: readonly string[],
  ) => Promise<readonly Whereabouts[]>
  readonly inboxes: (members: readonly MemberRef[]) => Promise<readonly InboxState[]>
  readonly controls: (members: readonly MemberRef[]) => Promise<readonly ControlState[]>
  /** Sets the inbox aside for `QUARANTINE_TTL_MILLIS` and makes an empty one. Publish what the member holds afterwards. */
  readonly quarantine: (member: MemberRef) => Promise<{ readonly setAsideAs: string }>
  /** Forgets what other consumers than this incarnation's had taken from the inbox. */
  readonly dropOtherConsumers: (member: MemberRef, incarnation: string) => Promise<void>

  readonly control: (member: MemberRef, messages: readonly ControlMessage[]) => Promise<void>
  readonly clearControls: (member: MemberRef) => Promise<void>

  /** One blocking read over the outboxes of all members given. One call at a time. */
  readonly readReports: (members: readonly MemberRef[], options: ReadReportsOptions) => Promise<readonly ReportEntry[]>
  /** Lets a blocking read come back at once, so that it can be made again for other members. */
  readonly wakeReader: () => Promise<void>
  /**
   * Takes reports that are recorded off their streams, after telling their agents of `acks` (in this order, and for each team in one go):
   * an agent that was told forgets them, a report that is gone can not be told of any more.
   */
  readonly settle: (
    entries: readonly (MemberRef & { readonly entryId: string })[],
    acks?: readonly Acknowledgement[],
  ) => Promise<void>

  readonly deadLetter: (member: MemberRef, letter: DeadLetter) => Promise<void>
  /** Puts the body of a dead-lettered report into the outbox again: it is read like any other. */
  readonly resend: (member: MemberRef, raw: string) => Promise<void>
  /** The body of an entry on `:in` or `:ctl`, bounded; undefined when it is gone. */
  readonly bodyOf: (member: MemberRef, stream: "in" | "ctl", entryId: string) => Promise<string | undefined>
  /** For each member its heartbeat; undefined when there is none or it cannot be understood. */
  readonly presence: (members: readonly MemberRef[]) => Promise<readonly (Presence | undefined)[]>

  /** For each team what its generation key holds. */
  readonly generations: (teamIds: readonly string[]) => Promise<readonly (string | undefined)[]>
  readonly setGeneration: (teamId: string, generation: string) => Promise<void>
  readonly clearGeneration: (teamId: string) => Promise<void>
  /** Makes the member's streams and groups where they are missing. */
  readonly ensureMembers: (members: readonly MemberRef[]) => Promise<void>
  /** Empties inbox and control stream; the outbox keeps what was not read yet. */
  readonly resetMember: (member: MemberRef) => Promise<void>
  /** Deletes all keys of a member that was removed. */
  readonly destroyMember: (member: MemberRef) => Promise<void>

  readonly acl: Acl
  /** Changes when Redis was started anew, which forgets its users. */
  readonly runId: () => Promise<string>
  /** True while commands can be sent. */
  readonly isUp: () => boolean
  readonly onLost: (listener: () => void) => () => void
  readonly onBack: (listener: () => void) => () => void
  readonly close: () => Promise<void>
}

/** The bus for the owner of teams. */
export interface FencedBus extends TeamBus {
  /** From now on no earlier owner of these teams writes anything. */
  readonly claim: (teamIds: readonly string[]) => Promise<void>
}

/** A bus that can be had for owners of teams too. */
export interface OwnersBus extends TeamBus {
  /**
   * The same bus, every write of which names the epoch under which the caller owns the team; one that comes after a later owner's is
   * refused (BusFenced). `tokenOf` is asked right before each write; undefined: the team is not the caller's, and nothing is sent.
   */
  readonly fenced: (tokenOf: (teamId: string) => FencingToken | undefined) => FencedBus
}

/** The bus as an Effect service; `layerTeamBus` provides it. */
export const TeamBus = Context.Service<TeamBus, OwnersBus>("@muster/team-bus/TeamBus")
