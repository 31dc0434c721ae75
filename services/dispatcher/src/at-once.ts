import {
  decideDispatcher,
  START,
  toNewEvents,
  type MemberId,
  type NewEvent,
  type RecordedEvent,
  type TaskFact,
} from "@muster/domain"
import type { AppendVerdict } from "@muster/event-store"
import type { Core } from "#src/core.ts"
import { creditOf } from "#src/loops/assign.ts"
import { counters } from "#src/metrics.ts"
import { foldTaskEntry, type TaskEntry } from "#src/model/task.ts"
import type { PresenceBook } from "#src/presence-book.ts"
import { asRecorded, DISPATCHER, metaOf, mint } from "#src/record.ts"

/** A dispatch on its way into the log. */
export interface Handed {
  /** To be appended behind the dispatch, in the same request: it is assigned at once. Empty when there is no room. */
  readonly events: readonly NewEvent[]
  /** What came of the append; undefined when it failed. To be called once, as soon as it is known. */
  readonly settle: (verdict: AppendVerdict | undefined) => void
}

/** Offers a dispatch to the dispatcher of this process; undefined when the team is another's. Pure memory, and never fails. */
export type HandOver = (stream: string, events: readonly NewEvent[]) => Handed | undefined

/**
 * The short way from a dispatch to its member: when this process dispatches for the team and the member has room and nothing waits for it,
 * the assignment goes into the log with the dispatch; and whatever was stored is told to the world at once instead of being read back. Every other dispatch takes
 * the long way, which leads to the same end.
 *
 * For one member, either this or the assigner works at a time: assignments of one member are learned of in the order of their positions.
 */
export class AtOnce {
  readonly #core: Core
  readonly #presence: PresenceBook
  readonly #offer: (memberId: MemberId) => void
  /** Member → assignments on their way into the log. */
  readonly #underWay = new Map<MemberId, number>()

  constructor(core: Core, presence: PresenceBook, offer: (memberId: MemberId) => void) {
    this.#core = core
    this.#presence = presence
    this.#offer = offer
  }

  /** True while assignments of this member are on their way. */
  isBusy(memberId: MemberId): boolean {
    return this.#underWay.has(memberId)
  }

  readonly handOver: HandOver = (stream, events) => {
    const core = this.#core
    const entry = provisional(stream, events, core.nowMillis())
    if (entry === undefined || !core.isCurrent() || !core.holds(entry.teamId)) return undefined
    const memberId = this.#memberWithRoom(entry)
    const assigned = memberId === undefined ? [] : assignment(entry, memberId, core.nowMillis())
    if (memberId !== undefined) this.#underWay.set(memberId, (this.#underWay.get(memberId) ?? 0) + 1)
    return {
      events: assigned,
      settle: (verdict) => {
        if (verdict?.ok) {
          core.take(asRecorded(stream, [...events, ...assigned], verdict, core.nowMillis()))
          counters.assigned.inc(assigned.length)
        }
        if (memberId !== undefined) this.#end(memberId)
      },
    }
  }

  #memberWithRoom({ state, teamId }: TaskEntry): MemberId | undefined {
    const { world } = this.#core
    if (state.phase !== "queued" || state.pool !== undefined || world.hasPools(teamId)) return undefined
    const member = world.member(state.memberId)
    if (member === undefined || member.teamId !== teamId) return undefined
    // Nobody is overtaken: what waits, or is being assigned by the other way, is still in the queue.
    if (world.nextFor(member.memberId, 1).length > 0) return undefined
    const credit = creditOf(this.#core, this.#presence, member) - (this.#underWay.get(member.memberId) ?? 0)
    return credit > 0 ? member.memberId : undefined
  }

  #end(memberId: MemberId): void {
    const left = (this.#underWay.get(memberId) ?? 0) - 1
    if (left > 0) {
      this.#underWay.set(memberId, left)
      return
    }
    this.#underWay.delete(memberId)
    // The assigner passed the member by meanwhile.
    this.#offer(memberId)
  }
}

/** The task as it will be once its dispatch is stored; undefined for anything else than a dispatch. */
const provisional = (stream: string, events: readonly NewEvent[], nowMillis: number): TaskEntry | undefined => {
  const [dispatch] = events
  if (dispatch === undefined || events.length > 1 || dispatch.type !== "TaskDispatched") return undefined
  const recorded: RecordedEvent = {
    ...dispatch,
    stream,
    revision: 1,
    position: START,
    at: new Date(nowMillis).toISOString(),
  }
  return foldTaskEntry(undefined, recorded)
}

const assignment = (entry: TaskEntry, memberId: MemberId, nowMillis: number): readonly NewEvent[] => {
  const command = { kind: "assign" as const, assignmentId: mint.assignment(), memberId }
  const { facts = [] as readonly TaskFact[] } = decideDispatcher(entry.state, command, {
    nowMillis,
    random: Math.random(),
  })
  return toNewEvents(facts, metaOf(entry, entry.correlationId, { actor: DISPATCHER }), mint.event)
}
