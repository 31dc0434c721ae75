import { type AssignmentId, STEP_EVENTS_MAX, STEPS_MAX, type TaskId, type TaskStep } from "@muster/domain"
import { STEPS_UNACKED_MAX } from "#src/limits.ts"
import type { OfAssignment } from "#src/outbox/coalescer.ts"
import type { Outbox } from "#src/outbox/outbox.ts"

/**
 * Steps on their way to the outbox. Of each assignment only so many are under way at a time; what comes meanwhile waits in memory, folded
 * together by its id: a tool that ended before its beginning could leave is reported once. More different steps than are recorded
 * are left out, so what can wait is bounded.
 */
export interface StepGate {
  readonly offer: (assignment: OfAssignment, step: TaskStep) => void
  /** Reports what waits, at once: the outcome follows. A full outbox keeps its room for outcomes. */
  readonly flush: (assignmentId: AssignmentId) => void
  readonly close: (assignmentId: AssignmentId) => void
}

interface Steps {
  readonly taskId: TaskId
  /** Every step that was offered, and whether it ended. */
  readonly known: Map<string, { isEnded: boolean }>
  readonly waiting: Map<string, TaskStep>
  readonly unacked: Set<number>
  /** Reports that are on their way to the disk: they have no number yet. */
  inFlight: number
  reports: number
}

export const createStepGate = (
  outbox: Outbox,
  isUnacked: (seq: number) => boolean,
  onError: (error: unknown) => void,
): StepGate => {
  const assignments = new Map<AssignmentId, Steps>()

  const send = (assignmentId: AssignmentId, steps: Steps, step: TaskStep): void => {
    steps.waiting.delete(step.stepId)
    steps.inFlight += 1
    steps.reports += 1
    const reported = async (): Promise<void> => {
      const { seq } = await outbox.report({ kind: "step", assignmentId, taskId: steps.taskId, step })
      steps.inFlight -= 1
      if (isUnacked(seq)) steps.unacked.add(seq)
      else pump(assignmentId, steps)
    }
    reported().catch(onError)
  }

  const pump = (assignmentId: AssignmentId, steps: Steps): void => {
    if (assignments.get(assignmentId) !== steps) return
    for (const step of steps.waiting.values()) {
      if (outbox.isFull() || steps.unacked.size + steps.inFlight >= STEPS_UNACKED_MAX) return
      send(assignmentId, steps, step)
    }
  }

  outbox.onAcked(() => {
    for (const [assignmentId, steps] of assignments) {
      for (const seq of steps.unacked) if (!isUnacked(seq)) steps.unacked.delete(seq)
      pump(assignmentId, steps)
    }
  })

  /** False for a step that would not be recorded. The first one too many is: it is what says that there are too many. */
  const isWanted = (steps: Steps, { stepId, status }: TaskStep): boolean => {
    const known = steps.known.get(stepId)
    if (known === undefined) return steps.known.size <= STEPS_MAX
    if (known.isEnded) return false
    return status !== "running" || steps.reports < STEP_EVENTS_MAX
  }

  return {
    offer: ({ assignmentId, taskId }, step) => {
      const steps: Steps = assignments.get(assignmentId) ?? {
        taskId,
        known: new Map(),
        waiting: new Map(),
        unacked: new Set(),
        inFlight: 0,
        reports: 0,
      }
      assignments.set(assignmentId, steps)
      if (!isWanted(steps, step)) return
      steps.known.set(step.stepId, { isEnded: step.status !== "running" })
      steps.waiting.set(step.stepId, step)
      pump(assignmentId, steps)
    },
    flush: (assignmentId) => {
      const steps = assignments.get(assignmentId)
      if (steps === undefined) return
      for (const step of steps.waiting.values()) {
        if (outbox.isFull()) return
        send(assignmentId, steps, step)
      }
    },
    close: (assignmentId) => {
      assignments.delete(assignmentId)
    },
  }
}
