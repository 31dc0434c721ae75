import type { FeedEvent, TaskDoc } from "@muster/contracts"
import { idlePhases, isClosed } from "@muster/domain"
import type { Phase } from "@muster/domain"
import { UNDO_MILLIS } from "#src/limits.ts"

/** The first steps of a task that was just sent, in the order they are taken. */
export const SENT_STEPS = ["dispatched", "assigned", "started", "ended"] as const
export type SentStep = (typeof SENT_STEPS)[number]

const STEP_OF: Readonly<Record<string, SentStep>> = {
  TaskDispatched: "dispatched",
  TaskAssigned: "assigned",
  TaskStarted: "started",
  TaskSucceeded: "ended",
  TaskFailed: "ended",
  TaskCancelled: "ended",
  TaskExpired: "ended",
  TaskDeadLettered: "ended",
}

/** Where in the log each step was taken, as far as it was heard of; the first time counts. */
export function positionsOf(
  events: ReadonlyArray<Pick<FeedEvent, "type" | "position">>,
): ReadonlyMap<SentStep, string> {
  const found = new Map<SentStep, string>()
  for (const { type, position } of events) {
    const step = STEP_OF[type]
    if (step !== undefined && !found.has(step)) found.set(step, position)
  }
  return found
}

/** Whether a step has been taken, as the task stands. */
export function isTaken(step: SentStep, task: TaskDoc): boolean {
  switch (step) {
    case "dispatched":
      return true
    case "assigned":
      return task.assignedAt !== null
    case "started":
      return task.startedAt !== null
    case "ended":
      return isClosed(task.phase)
    default:
      return step satisfies never
  }
}

/** Milliseconds in which a task can still be taken back with one press; 0 when it was given out or the time is over. */
export const undoLeftMillis = (task: Pick<TaskDoc, "phase">, sentAtMillis: number, nowMillis: number): number =>
  (idlePhases as ReadonlyArray<Phase>).includes(task.phase) ? Math.max(0, sentAtMillis + UNDO_MILLIS - nowMillis) : 0
