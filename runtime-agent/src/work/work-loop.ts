import type { TaskEnvelope } from "@muster/contracts"
import type { AssignmentId } from "@muster/domain"
import type { AgentBus, TakenTask } from "@muster/team-bus/agent"
import { messageOf } from "#src/errors.ts"
import { liveAssignments } from "#src/journal/fold.ts"
import { latch } from "#src/pause.ts"
import { carryOut } from "#src/work/assignment.ts"
import type { HeldAssignment, WorkDeps } from "#src/work/life.ts"
import { resumeDelivery } from "#src/work/resume-delivery.ts"
import type { AssignmentControl } from "#src/work/at-work.ts"
import { earlyControls } from "#src/work/early-controls.ts"
import { storable } from "#src/work/storable.ts"
import { REASON_MAX_CHARS } from "@muster/domain"

export interface WorkLoopOptions {
  readonly deps: WorkDeps
  readonly bus: Pick<AgentBus, "takeTasks" | "pendingTasks" | "forgetTaken" | "done">
  readonly slots: () => number
  /** False while nothing new may be begun. */
  readonly mayTake: () => boolean
}

export interface WorkLoop {
  /** Takes and starts work until the signal fires. What runs then goes on. */
  readonly run: (signal: AbortSignal) => Promise<void>
  readonly control: (message: AssignmentControl) => void
  readonly held: () => readonly HeldAssignment[]
  /** Look again: slots or permission changed. */
  readonly wake: () => void
  /** Acknowledges entries whose acknowledgement failed before. */
  readonly acknowledge: () => Promise<void>
  /**
   * The log behind the bus was brought back from a copy: what is held is given back, and the inbox is read from its beginning. Entries
   * taken before it are not acknowledged any more: their ids may be those of other tasks now.
   */
  readonly logRestored: () => void
}

/** Takes as many tasks as there are free slots; a task that is delivered again is recognised and never begun twice. */
export const createWorkLoop = ({ deps, bus, slots, mayTake }: WorkLoopOptions): WorkLoop => {
  const { journal, outbox, log, timings } = deps
  const held = new Map<AssignmentId, HeldAssignment>()
  const early = earlyControls()
  const freed = latch()
  /** Tasks given to us beyond the free slots: what an earlier life of the agent had taken. */
  const queued: { envelope: TaskEnvelope; entryId: string }[] = []
  const toAcknowledge = new Set<string>()
  /** Held since before the log was restored. */
  const ofAnotherLog = new Set<AssignmentId>()
  let shouldReadPending = true

  const acknowledgeAll = async (): Promise<void> => {
    while (toAcknowledge.size > 0) {
      const entryIds = [...toAcknowledge]
      try {
        await bus.done(entryIds)
        for (const entryId of entryIds) toAcknowledge.delete(entryId)
      } catch (error) {
        log.debug({ entries: entryIds.length, error: messageOf(error) }, "entries stay to be acknowledged")
        return
      }
    }
  }
  let acknowledging: Promise<void> | undefined
  /** One at a time: what ends meanwhile goes together. */
  const acknowledge = (): Promise<void> =>
    (acknowledging ??= acknowledgeAll().finally(() => {
      acknowledging = undefined
    }))
  const isDone = (entryId: string): Promise<void> => {
    toAcknowledge.add(entryId)
    return acknowledge()
  }

  const keep = (work: HeldAssignment, entryId: string): void => {
    held.set(work.assignmentId, work)
    const finish = async () => {
      await work.ended
      held.delete(work.assignmentId)
      freed.ring()
      if (ofAnotherLog.delete(work.assignmentId)) return
      // Without a reported outcome (the agent is ending) the entry stays ours.
      if (journal.state.finished.has(work.assignmentId)) await isDone(entryId)
    }
    finish().catch((error: unknown) => log.error({ err: error }, "an assignment did not end as it should"))
  }

  const free = (): number => slots() - held.size
  const startQueued = (): void => {
    while (queued.length > 0 && free() > 0) {
      const next = queued.shift()
      if (next) keep(carryOut(deps, next.envelope, next.entryId, early.take(next.envelope.assignmentId)), next.entryId)
    }
  }

  const accept = async (task: TakenTask): Promise<void> => {
    const { entryId } = task
    if (task.envelope === undefined) {
      log.warn({ entryId, reason: task.poison }, "an entry of the inbox can not be understood")
      await outbox.report({
        kind: "poison",
        stream: "in",
        entryId,
        reason: storable(task.poison, REASON_MAX_CHARS),
      })
      return isDone(entryId)
    }
    const { assignmentId, taskId } = task.envelope
    if (journal.state.finished.has(assignmentId)) {
      // Its outcome was recorded, or it would still wait here for its acknowledgement. If it is asked for again, the log has forgotten.
      if (!liveAssignments(journal.state).includes(assignmentId))
        await outbox.report({ kind: "lost", assignmentId, taskId })
      return isDone(entryId)
    }
    const isKnown = held.has(assignmentId) || queued.some(({ envelope }) => envelope.assignmentId === assignmentId)
    if (isKnown) return log.info({ assignmentId, entryId }, "a task that is held already was delivered again")
    queued.push({ envelope: task.envelope, entryId })
    startQueued()
  }

  const run = async (signal: AbortSignal): Promise<void> => {
    while (!signal.aborted) {
      if (shouldReadPending) {
        shouldReadPending = false
        for (const task of await bus.pendingTasks({ signal })) await accept(task)
      }
      startQueued()
      if (!mayTake() || free() < 1) {
        await freed.wait(timings.takeBlockMillis, signal)
        continue
      }
      const tasks = await bus.takeTasks(free(), { blockMillis: timings.takeBlockMillis, signal })
      for (const task of tasks) await accept(task)
    }
  }

  for (const open of journal.state.open.values()) if (open.concluded) keep(resumeDelivery(deps, open), open.entryId)

  return {
    run,
    control: (message) => {
      const work = held.get(message.assignmentId)
      if (work) work.control(message)
      else if (!journal.state.finished.has(message.assignmentId)) early.keep(message)
    },
    held: () => [...held.values()],
    wake: freed.ring,
    acknowledge,
    logRestored: () => {
      queued.length = 0
      toAcknowledge.clear()
      bus.forgetTaken()
      for (const work of held.values()) {
        ofAnotherLog.add(work.assignmentId)
        work.giveBack()
      }
      shouldReadPending = true
      freed.ring()
    },
  }
}
