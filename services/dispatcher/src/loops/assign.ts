import { backoffMillis, latch, pause } from "@muster/platform"
import { decideDispatcher, type MemberId } from "@muster/domain"
import type { Core } from "#src/core.ts"
import { ASSIGN_BATCH_TASKS, PREFETCH_WINDOW_TASKS, LOOP_BACKOFF } from "#src/limits.ts"
import { counters } from "#src/metrics.ts"
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
    state.isPresent && !state.isPaused && !state.isRemoved && team !== undefined && !team.isPaused && !team.isArchived
  if (!mayWork || state.profile === undefined || !presence.isReady(memberId, state.incarnation)) return 0
  return state.profile.slots + PREFETCH_WINDOW_TASKS - core.world.heldCount(memberId)
}

/**
 * Gives queued work to members with credit, all of it in one append. One round at a time: an assignment of a later round has
 * a higher position, which is what keeps the ids of an inbox rising.
 */
export const makeAssigner = (core: Core, presence: PresenceBook): Assigner => {
  const offered = new Set<MemberId>()
  const bell = latch()

  const plan = (): readonly TaskChange[] => {
    const changes: TaskChange[] = []
    for (const memberId of offered) {
      if (changes.length >= ASSIGN_BATCH_TASKS) break
      offered.delete(memberId)
      const member = core.world.member(memberId)
      const credit = member === undefined ? 0 : creditOf(core, presence, member)
      for (const { taskId } of core.world.nextFor(memberId, credit)) {
        const command = { kind: "assign" as const, assignmentId: mint.assignment(), memberId }
        changes.push({
          taskId,
          decide: (entry) => decideDispatcher(entry.state, command, { nowMillis: Date.now(), random: Math.random() }),
        })
      }
    }
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
        for (const { taskId } of changes) {
          const entry = core.world.task(taskId)
          if (entry !== undefined) offered.add(entry.state.memberId as MemberId)
        }
        await pause(backoffMillis(LOOP_BACKOFF, failures), signal)
        failures += 1
      }
    },
  }
}
