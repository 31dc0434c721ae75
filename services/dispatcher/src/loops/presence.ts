import { BUS_VERSION } from "@muster/contracts"
import { pause } from "@muster/platform"
import {
  decideDispatcher,
  decideMember,
  type AssignmentId,
  type IncarnationId,
  type LeaseLossReason,
  type MemberId,
} from "@muster/domain"
import { isBusError } from "@muster/team-bus"
import type { Core } from "#src/core.ts"
import { BLIND_SHARE_OF_LEASE, BLOCKED_REASON_MIN_INTERVAL_MILLIS } from "#src/limits.ts"
import { counters } from "#src/metrics.ts"
import type { MemberEntry } from "#src/model/member.ts"
import { StrayBook } from "#src/model/strays.ts"
import type { TaskEntry } from "#src/model/task.ts"
import type { PresenceBook } from "#src/presence-book.ts"
import { changeMember, changeTasks, type TaskChange } from "#src/record.ts"

export interface PresenceWatcher {
  readonly run: (signal: AbortSignal) => Promise<void>
  /** Takes assignments back; false when the log could not be asked about some. */
  readonly loseLeases: (entries: readonly TaskEntry[], reason: LeaseLossReason) => Promise<boolean>
}

const toInstant = (millis: number | undefined) => (millis === undefined ? null : new Date(millis).toISOString())

/** Who is there, who holds what, and which assignments nobody speaks for any more. */
export const makePresenceWatcher = (
  core: Core,
  book: PresenceBook,
  offer: (memberId: MemberId) => void,
  republish: (memberId: MemberId) => void,
): PresenceWatcher => {
  const { bus, world, leases, timings, log } = core

  const loseLeases: PresenceWatcher["loseLeases"] = async (entries, reason) => {
    const changes = entries.flatMap(({ taskId, hold }): readonly TaskChange[] => {
      if (hold === undefined) return []
      const lastHeardAt = toInstant(leases.lastHeardMillis(hold.assignmentId))
      const command = { kind: "lose-lease" as const, assignmentId: hold.assignmentId, lastHeardAt, reason }
      const decide = (entry: TaskEntry) =>
        decideDispatcher(entry.state, command, { nowMillis: core.nowMillis(), random: Math.random() })
      return [{ taskId, decide }]
    })
    const outcomes = await changeTasks(core, changes)
    const lost = outcomes.filter((outcome) => outcome.kind === "recorded").length
    if (lost > 0) {
      counters.leasesLost.inc({ reason }, lost)
      log.warn({ assignments: lost, reason }, "assignments were taken back")
    }
    return outcomes.every((outcome) => outcome.kind !== "later")
  }

  /** When the reason of a member was recorded last: words that change all the time are not all events. */
  const blockedAt = new Map<string, number>()

  const noteBlocked = async ({ memberId, state }: MemberEntry, nowMillis: number): Promise<void> => {
    const incarnation = state.incarnation as IncarnationId
    if (!book.isBlocked(memberId)) {
      if (state.blockedReason === undefined) return
      await changeMember(core, memberId, (entry) => decideMember(entry.state, { kind: "unblock", incarnation }))
      return
    }
    const reason = book.blockedReason(memberId, timings.blockedAfterMillis, nowMillis)
    if (reason === undefined || reason === state.blockedReason) return
    const isTooSoon =
      nowMillis - (blockedAt.get(memberId) ?? Number.NEGATIVE_INFINITY) < BLOCKED_REASON_MIN_INTERVAL_MILLIS
    if (state.blockedReason !== undefined && isTooSoon) return
    const outcome = await changeMember(core, memberId, (entry) =>
      decideMember(entry.state, { kind: "block", incarnation, reason }),
    )
    if (outcome.kind === "recorded") blockedAt.set(memberId, nowMillis)
  }

  const transition = async (member: MemberEntry, nowMillis: number): Promise<void> => {
    const { memberId, state } = member
    const isThere = book.isThere(memberId, state.incarnation)
    if (isThere && !state.isPresent) {
      await changeMember(core, memberId, (entry) => {
        const { incarnation } = entry.state
        return incarnation === undefined || !book.isThere(memberId, incarnation)
          ? { facts: [] }
          : decideMember(entry.state, {
              kind: "present",
              incarnation: incarnation as IncarnationId,
            })
      })
    } else if (!isThere && state.isPresent && leases.isSilent(memberId, timings.presenceMillis, nowMillis)) {
      const lastHeardAt = toInstant(book.lastBeatMillis(memberId))
      await changeMember(core, memberId, (entry) => decideMember(entry.state, { kind: "absent", lastHeardAt }))
    } else if (isThere) await noteBlocked(member, nowMillis)
  }

  const strays = new StrayBook(timings.strayGraceMillis)

  /**
   * Whoever works on what has ended, or is to be cancelled, is told so until it stops: the first word may have been lost, with the bus
   * or with the control stream alone.
   */
  const recall = (memberId: MemberId, listed: readonly string[], nowMillis: number): void => {
    const goesOn = new Set<string>()
    const reasons = new Map<string, string>()
    for (const { hold } of world.heldBy(memberId)) {
      if (hold === undefined) continue
      if (hold.cancelReason === undefined) goesOn.add(hold.assignmentId)
      else reasons.set(hold.assignmentId, hold.cancelReason)
    }
    for (const id of strays.note(memberId, listed, goesOn, nowMillis)) {
      const reason = reasons.get(id) ?? "the assignment has ended"
      const message = { v: BUS_VERSION, kind: "cancel", assignmentId: id as AssignmentId, reason } as const
      core.react([{ kind: "control", memberId, message }])
    }
  }

  let lookedMillis = core.nowMillis()

  /** Reads all heartbeats; answers with the time at which they were known. */
  const readPresence = async (): Promise<number> => {
    const asked = [...world.liveMembers()]
    const presences = await bus.presence(asked)
    const nowMillis = core.nowMillis()
    // A look that is long ago, or took long: the bus hung, or this machine slept. Nobody could be heard meanwhile.
    if (nowMillis - lookedMillis > timings.leaseMillis * BLIND_SHARE_OF_LEASE) leases.grantGrace(nowMillis)
    lookedMillis = nowMillis
    for (const [i, { memberId }] of asked.entries()) {
      const incarnation = world.member(memberId)?.state.incarnation
      const presence = presences[i]
      const wasReady = book.isReady(memberId, incarnation)
      const isNew = book.note(memberId, presence, nowMillis)
      if (isNew && presence !== undefined && presence.value.incarnation === incarnation) {
        leases.hear([memberId, ...presence.value.live], nowMillis)
        recall(memberId, presence.value.live, nowMillis)
      }
      if (book.isReady(memberId, incarnation) && !wasReady) offer(memberId)
    }
    for (const member of world.liveMembers()) await transition(member, nowMillis)
    return nowMillis
  }

  const expireLeases = async (nowMillis: number): Promise<void> => {
    const expired: TaskEntry[] = []
    const silent: TaskEntry[] = []
    const current = new Set<string>()
    for (const member of world.liveMembers()) current.add(member.memberId)
    for (const entry of world.tasks()) {
      const { hold } = entry
      if (hold === undefined) continue
      current.add(hold.assignmentId)
      if (!leases.isExpired(hold.assignmentId, hold.assignedAtMillis, nowMillis)) continue
      // A stop that was asked for does not wait for an agent that has not even begun, and may be gone for good.
      if (hold.isStarted || hold.cancelReason !== undefined) expired.push(entry)
      else silent.push(entry)
    }
    leases.keepOnly(current)
    for (const memberId of blockedAt.keys()) if (!current.has(memberId)) blockedAt.delete(memberId)
    strays.keepOnly(current)
    // Not begun: it may wait in the inbox for as long as it likes, and for an inbox that has still to be filled. One that was there and is
    // not any more was lost by the bus. One that was taken is the agent's, whose heartbeats list it from then on; taken by an agent that
    // was replaced, nobody ever speaks of it.
    for (const entry of silent) {
      const { hold, teamId } = entry
      if (hold === undefined) continue
      const { memberId, assignmentId, position } = hold
      const incarnation = world.member(memberId)?.state.incarnation ?? ""
      const [place] = await bus.whereabouts({ teamId, memberId }, incarnation, [position])
      if (place === "waiting" || place === "due") {
        leases.seeWaiting(assignmentId, nowMillis)
        if (place === "due") republish(memberId)
      } else if (place === "gone" || !leases.seeTaken(assignmentId, nowMillis)) expired.push(entry)
    }
    if (expired.length > 0) await loseLeases(expired, "no-heartbeat")
  }

  return {
    loseLeases,
    run: async (signal) => {
      let isBlind = false
      while (!signal.aborted) {
        try {
          const nowMillis = await readPresence()
          isBlind = false
          await expireLeases(nowMillis)
        } catch (error) {
          // While nobody can be heard, nobody's lease runs.
          if (isBusError(error)) leases.grantGrace(core.nowMillis())
          const reason = error instanceof Error ? error.message : "unknown"
          if (!isBlind) log.warn({ reason }, "presence and leases cannot be looked at")
          isBlind = true
        }
        await pause(timings.tickMillis, signal)
      }
    },
  }
}
