import { backoffMillis, latch, pause } from "@muster/platform"
import { decideDispatcher, isInPool, takesWork, type MemberId, type TeamId } from "@muster/domain"
import type { Core } from "#src/core.ts"
import { ASSIGN_BATCH_TASKS, PREFETCH_WINDOW_TASKS, LOOP_BACKOFF } from "#src/limits.ts"
import { counters } from "#src/metrics.ts"
import { planTeam, type Room } from "#src/model/fittest.ts"
import type { MemberEntry } from "#src/model/member.ts"
import type { PresenceBook } from "#src/presence-book.ts"
import { changeTasks, mint, type TaskChange } from "#src/record.ts"

export interface Assigner {
  /** The member may have room, or work: look. */
  readonly offer: (memberId: MemberId) => void
  readonly run: (signal: AbortSignal) => Promise<void>
}

/** How many more tasks the member may be given: its slots and a small window, less what it holds. */
export const creditOf = (core: Pick<Core, "world">, presence: PresenceBook, member: MemberEntry): number => {
  const { state, teamId, memberId } = member
  const team = core.world.team(teamId)?.state
  const mayWork =
    state.isPresent && !state.isPaused && !state.isDraining && !state.isRemoved && team !== undefined && takesWork(team)
  if (!mayWork || state.profile === undefined || !presence.isReady(memberId, state.incarnation)) return 0
  return state.profile.slots + PREFETCH_WINDOW_TASKS - core.world.heldCount(memberId)
}

interface PlannedChange extends TaskChange {
  readonly memberId: MemberId
}

/**
 * Gives queued work to members with credit, all of it in one append. One round at a time: an assignment of a later round has
 * a higher position, which is what keeps the ids of an inbox rising.
 */
export const makeAssigner = (
  core: Core,
  presence: PresenceBook,
  /** True while assignments of a member are on their way elsewhere: it is offered again when they have arrived. */
  isBusy: (memberId: MemberId) => boolean = () => false,
): Assigner => {
  const offered = new Set<MemberId>()
  const bell = latch()
  const { world } = core

  const credit = (memberId: MemberId): number => {
    const member = world.member(memberId)
    return member === undefined || isBusy(memberId) ? 0 : creditOf(core, presence, member)
  }

  const assign = (taskId: string, memberId: MemberId): PlannedChange => {
    const command = { kind: "assign" as const, assignmentId: mint.assignment(), memberId }
    return {
      taskId,
      memberId,
      // Asked again when it is decided: the task may have been meant for others by then.
      decide: ({ state }) =>
        state.pool !== undefined && !isInPool(world.member(memberId)?.state.profile?.skills ?? [], state.pool)
          ? { facts: [] }
          : decideDispatcher(state, command, { nowMillis: core.nowMillis(), random: Math.random() }),
    }
  }

  const roomOf = (member: MemberEntry): Room => {
    const { memberId, state } = member
    const held = world.heldCount(memberId)
    const credit = isBusy(memberId) ? 0 : creditOf(core, presence, member)
    const free = credit > 0 ? (state.profile?.slots ?? 0) - held : 0
    return { memberId, skills: state.profile?.skills ?? [], credit, free, held, own: world.nextFor(memberId, credit) }
  }

  const plan = (): readonly PlannedChange[] => {
    const changes: PlannedChange[] = []
    const withPools = new Set<TeamId>()
    for (const memberId of offered) {
      if (changes.length >= ASSIGN_BATCH_TASKS) break
      offered.delete(memberId)
      const teamId = world.member(memberId)?.teamId
      if (teamId !== undefined && world.hasPools(teamId)) withPools.add(teamId)
      else for (const { taskId } of world.nextFor(memberId, credit(memberId))) changes.push(assign(taskId, memberId))
    }
    for (const teamId of withPools)
      for (const { taskId, memberId } of planTeam([...world.membersOf(teamId)].map(roomOf), world.poolsOf(teamId)))
        changes.push(assign(taskId, memberId))
    return changes
  }

  return {
    offer: (memberId) => {
      offered.add(memberId)
      bell.ring()
    },
    run: async (signal) => {
      let failures = 0
      while (!signal.aborted) {
        if (offered.size === 0) await bell.wait(signal)
        if (signal.aborted) return
        const changes = plan()
        if (changes.length === 0) continue
        const outcomes = await changeTasks(core, changes).catch((error: unknown) => {
          core.log.warn({ reason: error instanceof Error ? error.message : "unknown" }, "nothing was assigned")
          return undefined
        })
        const isLater = outcomes === undefined || outcomes.some((outcome) => outcome.kind === "later")
        counters.assigned.inc(outcomes?.filter((outcome) => outcome.kind === "recorded").length ?? 0)
        if (!isLater) {
          failures = 0
          continue
        }
        for (const { memberId } of changes) offered.add(memberId)
        await pause(backoffMillis(LOOP_BACKOFF, failures), signal)
        failures += 1
      }
    },
  }
}
