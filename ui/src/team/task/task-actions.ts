import type { TaskDoc } from "@muster/contracts"
import { isHeld, isOpen, transitions } from "@muster/domain"
import type { Phase, Runtime } from "@muster/domain"

export interface PossibleActions {
  readonly cancel: boolean
  readonly pause: boolean
  readonly resume: boolean
  readonly retry: boolean
  readonly redrive: boolean
  readonly discard: boolean
  readonly prioritise: boolean
  /** Gives it to somebody else: only while no agent holds it, and never a turn of the chat, which was said to its member. */
  readonly reassign: boolean
}

const allows = (type: keyof typeof transitions, phase: Phase): boolean =>
  (transitions[type].from as ReadonlyArray<Phase>).includes(phase)

/** When the agent at work hears what is said to it. */
export type Hearing = "at-once" | "between-turns"
const HEARING: Partial<Record<Runtime, Hearing>> = { acp: "at-once", openclaw: "between-turns" }

/** Undefined: nobody is at work who could hear it. `runtime` is that of the member who holds the task. */
export function hearingOf(task: TaskDoc, runtime: Runtime | undefined): Hearing | undefined {
  const isAtWork = allows("TaskSteered", task.phase) && !task.isCancelRequested
  return isAtWork && runtime !== undefined ? HEARING[runtime] : undefined
}

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
    reassign: allows("TaskReassigned", phase) && task.conversation === undefined,
  }
}
