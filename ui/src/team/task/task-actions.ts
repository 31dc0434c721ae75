import type { TaskDoc } from "@muster/contracts"
import { isHeld, isOpen, transitions } from "@muster/domain"
import type { Phase } from "@muster/domain"

export interface PossibleActions {
  readonly cancel: boolean
  readonly pause: boolean
  readonly resume: boolean
  readonly retry: boolean
  readonly redrive: boolean
  readonly discard: boolean
  readonly prioritise: boolean
}

const allows = (type: keyof typeof transitions, phase: Phase): boolean =>
  (transitions[type].from as ReadonlyArray<Phase>).includes(phase)

/** What can be done with a task as it stands, read from the table that decides it. */
export function possibleActions(task: TaskDoc): PossibleActions {
  const { phase } = task
  return {
    cancel: isOpen(phase) && !(isHeld(phase) && task.isCancelRequested),
    pause: allows("TaskPaused", phase) && phase !== "paused",
    resume: allows("TaskResumed", phase),
    retry: allows("TaskRetried", phase),
    redrive: allows("TaskRedriven", phase),
    discard: allows("TaskDiscarded", phase) && !task.isDiscarded,
    prioritise: allows("TaskPriorityChanged", phase),
  }
}
