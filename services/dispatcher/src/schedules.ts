import {
  decideSchedule,
  decideTask,
  absentTask,
  dueWork,
  isHalted,
  nextDueMillis,
  specOfFiring,
  streams,
  toNewEvents,
  type Fact,
  type ScheduleId,
  type TaskId,
} from "@muster/domain"
import { WrongExpectedRevision } from "@muster/event-store"
import { v5 } from "uuid"
import type { Core } from "#src/core.ts"
import { DECIDE_TRIES_MAX } from "#src/limits.ts"
import type { ScheduleEntry } from "#src/model/member.ts"
import { asRecorded, DISPATCHER, metaOf, mint, refresh } from "#src/record.ts"

export interface Schedules {
  /** Schedules that ask for something now. */
  readonly due: (nowMillis: number) => readonly ScheduleId[]
  /** Settles what is due. May be called any number of times; rejects when the log cannot be asked. */
  readonly look: (scheduleId: ScheduleId) => Promise<void>
}

/** The task of a firing: whoever fires it, and however often, it is the same one. */
export const taskIdOfFiring = (scheduleId: ScheduleId, dueAt: string): TaskId => v5(dueAt, scheduleId) as TaskId

/**
 * Recurring work. A firing is first recorded in the schedule's own stream, at the revision it was decided at, and then the task is
 * dispatched under an id that follows from schedule and due time: a crash between the two is mended by dispatching it again, and
 * of two dispatchers only one decides. The task is taken from the schedule as it was when it fired.
 */
export const makeSchedules = (core: Core): Schedules => {
  const { world, store } = core
  /** Schedule → when it is due next, as of a revision. */
  const next = new Map<ScheduleId, { readonly revision: number; readonly dueMillis: number }>()
  /** Tasks of last firings that are known to be in the log. */
  const dispatched = new Map<ScheduleId, TaskId>()

  const nextOf = ({ scheduleId, state, revision }: ScheduleEntry): number => {
    const known = next.get(scheduleId)
    if (known?.revision === revision) return known.dueMillis
    const isIdle = state.isDeleted || state.isPaused || state.spec === undefined
    const [dueMillis = Number.POSITIVE_INFINITY] =
      isIdle || state.spec === undefined ? [] : nextDueMillis(state.spec, Date.parse(state.after))
    next.set(scheduleId, { revision, dueMillis })
    return dueMillis
  }

  const lacksTask = ({ scheduleId, state }: ScheduleEntry): boolean =>
    state.lastFiring !== undefined && dispatched.get(scheduleId) !== state.lastFiring.taskId

  /** Archived and halted teams are given nothing; what comes due meanwhile is up to the schedule's catch-up policy. */
  const isOpen = ({ teamId }: ScheduleEntry): boolean => {
    const team = world.team(teamId)?.state
    return team !== undefined && !team.isArchived && !isHalted(team)
  }

  /** True when it is recorded, false when somebody else wrote first. */
  const append = async (
    entry: ScheduleEntry,
    stream: string,
    expectedRevision: number,
    facts: readonly Fact[],
  ): Promise<boolean> => {
    const events = toNewEvents(facts, metaOf(entry, undefined, { actor: DISPATCHER }), mint.event)
    const [verdict] = await store.append([{ stream, expectedRevision, events }])
    if (verdict?.ok) {
      core.take(asRecorded(stream, events, verdict, core.nowMillis()))
      return true
    }
    if (verdict?.error instanceof WrongExpectedRevision) return false
    throw new NotFired(entry.scheduleId, verdict?.error.message ?? "no verdict")
  }

  const dispatch = async (entry: ScheduleEntry): Promise<void> => {
    const { scheduleId, teamId, state } = entry
    const { lastFiring } = state
    if (lastFiring === undefined || !lacksTask(entry)) return
    const { taskId, dueAt } = lastFiring
    if (world.task(taskId) === undefined) {
      const spec = specOfFiring(lastFiring)
      const firing = { scheduleId, dueAt }
      const { facts } = decideTask(absentTask, { kind: "dispatch", taskId, teamId, spec, requestHash: "", firing })
      // A stream that is there already means that it was dispatched before.
      await append(entry, streams.task(taskId), 0, facts ?? [])
    }
    dispatched.set(scheduleId, taskId)
  }

  return {
    due: (nowMillis) =>
      [...world.schedules()]
        .filter((entry) => lacksTask(entry) || (isOpen(entry) && nextOf(entry) <= nowMillis))
        .map(({ scheduleId }) => scheduleId),
    look: async (scheduleId) => {
      for (let tries = 0; tries < DECIDE_TRIES_MAX; tries += 1) {
        const entry = world.schedule(scheduleId)
        if (entry === undefined) return
        await dispatch(entry)
        if (!isOpen(entry)) return
        const { lastFiring } = entry.state
        const isPreviousOpen = lastFiring !== undefined && world.task(lastFiring.taskId) !== undefined
        const work = dueWork(entry.state, { nowMillis: core.nowMillis(), isPreviousOpen })
        if (work === undefined) return
        const command = work.kind === "fire" ? { ...work, taskId: taskIdOfFiring(scheduleId, work.dueAt) } : work
        const { facts = [] } = decideSchedule(entry.state, command)
        if (facts.length === 0) return
        if (!(await append(entry, streams.schedule(scheduleId), entry.revision, facts)))
          await refresh(core, streams.schedule(scheduleId), entry.revision)
      }
      throw new NotFired(scheduleId, "others kept writing first")
    },
  }
}

/** The log could not be asked; the look is repeated. */
class NotFired extends Error {
  override readonly name = "NotFired"
  constructor(scheduleId: string, reason: string) {
    super(`schedule ${scheduleId} could not be settled yet: ${reason}`)
  }
}
