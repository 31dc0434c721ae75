import {
  comparePositions,
  decideDispatcher,
  decideMember,
  decideTask,
  isHalted,
  isHeld,
  type IncarnationId,
  type MemberId,
  type TeamId,
} from "@muster/domain"
import type { Core } from "#src/core.ts"
import type { TeamEntry } from "#src/model/member.ts"
import type { TaskEntry } from "#src/model/task.ts"
import { changeMember, changeTasks, type TaskChange } from "#src/record.ts"

export interface Halts {
  /** True while a kill switch of the team is on. */
  readonly isHalted: (teamId: TeamId) => boolean
  /** Cancels what the team still has in hand. May be called any number of times; rejects when the log cannot be asked. */
  readonly enforce: (teamId: TeamId) => Promise<void>
  /** Teams with something left to cancel, or with an agent that did not confirm in time. */
  readonly due: (nowMillis: number) => readonly TeamId[]
}

const KILLED = "the kill switch was thrown"
const reasonOf = ({ state }: TeamEntry): string => {
  const reason = state.halts.at(-1)?.reason ?? ""
  return reason === "" ? KILLED : `${KILLED}: ${reason}`
}

/**
 * Kill switches, level-triggered: as long as one is on, whatever is held is cancelled. An agent that does not confirm in time is
 * ordered to stop, and its work is recorded as cancelled; what it may still say changes nothing.
 */
export const makeHalts = (core: Core): Halts => {
  const { world, timings, log } = core

  const halted = (teamId: TeamId): TeamEntry | undefined => {
    const team = world.team(teamId)
    return team !== undefined && isHalted(team.state) ? team : undefined
  }

  const heldIn = (teamId: TeamId): readonly TaskEntry[] =>
    [...world.membersOf(teamId)].flatMap(({ memberId }) => world.heldBy(memberId))

  const isOverdue = ({ hold }: TaskEntry, nowMillis: number): boolean =>
    hold?.cancelRequestedAtMillis !== undefined && nowMillis - hold.cancelRequestedAtMillis > timings.haltObeyMillis

  /** What had not begun when the switch was thrown, if that is to go as well. */
  const unbegunIn = ({ teamId, state, cancelQueuedBefore }: TeamEntry): readonly TaskEntry[] =>
    state.halts.some(({ cancelQueued }) => cancelQueued)
      ? [...world.tasks()].filter(
          (entry) =>
            entry.teamId === teamId &&
            !isHeld(entry.state.phase) &&
            comparePositions(entry.queuePosition, cancelQueuedBefore) < 0,
        )
      : []

  const orderStop = async (memberId: MemberId): Promise<void> => {
    log.error({ member: memberId }, "an agent did not obey the kill switch; it is ordered to stop")
    const reason = `it did not confirm within ${timings.haltObeyMillis} ms`
    const outcome = await changeMember(core, memberId, ({ state }) =>
      state.incarnation === undefined
        ? { facts: [] }
        : decideMember(state, { kind: "order-stop", incarnation: state.incarnation as IncarnationId, reason }),
    )
    if (outcome.kind === "later") throw new NotHalted(memberId)
  }

  const change = async (changes: readonly TaskChange[]): Promise<void> => {
    const outcomes = await changeTasks(core, changes)
    const missed = outcomes.findIndex(({ kind }) => kind === "later")
    if (missed !== -1) throw new NotHalted(changes[missed]?.taskId ?? "")
  }

  return {
    isHalted: (teamId) => halted(teamId) !== undefined,
    due: (nowMillis) =>
      [...world.teams()]
        .filter(
          ({ teamId }) =>
            halted(teamId) !== undefined &&
            heldIn(teamId).some((entry) => !entry.state.isCancelRequested || isOverdue(entry, nowMillis)),
        )
        .map(({ teamId }) => teamId),
    enforce: async (teamId) => {
      const team = halted(teamId)
      if (team === undefined) return
      const reason = reasonOf(team)
      const cancel = ({ taskId }: TaskEntry): TaskChange => ({
        taskId,
        decide: ({ state }) =>
          halted(teamId) === undefined ? { facts: [] } : decideTask(state, { kind: "cancel", reason }),
      })
      await change([...heldIn(teamId).filter(({ state }) => !state.isCancelRequested), ...unbegunIn(team)].map(cancel))
      const overdue = heldIn(teamId).filter((entry) => isOverdue(entry, core.nowMillis()))
      const disobedient = new Set(overdue.flatMap(({ hold }) => (hold === undefined ? [] : [hold.memberId])))
      for (const memberId of disobedient) await orderStop(memberId)
      await change(
        overdue.flatMap(({ taskId, hold }): readonly TaskChange[] => {
          if (hold === undefined) return []
          const { assignmentId } = hold
          const lost = { kind: "lose-lease", assignmentId, lastHeardAt: null, reason: "no-heartbeat" } as const
          return [
            {
              taskId,
              decide: ({ state }) => decideDispatcher(state, lost, { nowMillis: core.nowMillis(), random: 0 }),
            },
          ]
        }),
      )
    },
  }
}

/** The log could not be asked; it is tried again. */
class NotHalted extends Error {
  override readonly name = "NotHalted"
  constructor(id: string) {
    super(`${id} could not be halted yet`)
  }
}
