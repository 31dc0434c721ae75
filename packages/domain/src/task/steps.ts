import { STEP_EVENTS_MAX, STEPS_MAX } from "#src/limits.ts"
import type { TaskStep } from "#src/events/step.ts"

/** What has to be known of the steps of an assignment: of each the newest report, and whether it ended. */
export interface RecordedSteps {
  readonly byId: ReadonlyMap<string, { readonly seq: number; readonly isEnded: boolean }>
  /** Events they came to. */
  readonly events: number
}

export const noSteps: RecordedSteps = { byId: new Map(), events: 0 }

/** The last step of an assignment that has too many. */
export const stepsLimitStep: TaskStep = {
  stepId: "muster.steps-limit",
  kind: "message",
  status: "completed",
  title: `More than ${STEPS_MAX} steps: those after this one are not recorded.`,
}

/**
 * What is recorded of a reported step: itself, the step that says that there are too many, or nothing, because it is recorded already or
 * there are too many. What has begun may always end.
 */
export const stepToRecord = (steps: RecordedSteps, step: TaskStep, seq: number): TaskStep | undefined => {
  const known = steps.byId.get(step.stepId)
  if (known === undefined) {
    if (steps.byId.size > STEPS_MAX) return undefined
    return steps.byId.size === STEPS_MAX ? stepsLimitStep : step
  }
  if (known.isEnded || seq <= known.seq) return undefined
  return step.status === "running" && steps.events >= STEP_EVENTS_MAX ? undefined : step
}

export const withStep = (steps: RecordedSteps, step: TaskStep, seq: number): RecordedSteps => ({
  byId: new Map(steps.byId).set(step.stepId, { seq, isEnded: step.status !== "running" }),
  events: steps.events + 1,
})
