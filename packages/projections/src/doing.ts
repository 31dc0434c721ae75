import type { Doing, RunningStep, TaskDoc } from "@muster/contracts"
import type { TaskStep, Usage } from "@muster/domain"

/** Steps that go on and are kept: agents work on few things at once, and the document has to stay small. */
export const RUNNING_STEPS_KEPT = 8

type Activity = Pick<TaskDoc, "doing" | "runningSteps">

const newest = (steps: readonly RunningStep[]): Doing | undefined => {
  const step = steps.at(-1)
  return step && { kind: step.kind, text: step.title, at: step.since }
}

/** What the agent does, after it said something about its progress. */
export const afterNote = (doc: Activity, note: string | undefined, at: string): Activity => {
  const { doing, runningSteps } = doc
  if (note === undefined || runningSteps.length > 0) return { doing, runningSteps }
  return { doing: { kind: "note", text: note, at }, runningSteps }
}

/** What the agent does, after a step began or ended. A tool that ended says nothing any more; words do until something newer comes. */
export const afterStep = (doc: Activity, step: TaskStep, at: string): Activity => {
  const { stepId, kind, title } = step
  const before = doc.runningSteps.find((running) => running.stepId === stepId)
  const others = doc.runningSteps.filter((running) => running.stepId !== stepId)
  if (step.status === "running") {
    const runningSteps = [...others, { stepId, kind, title, since: before?.since ?? at }].slice(-RUNNING_STEPS_KEPT)
    return { doing: newest(runningSteps) ?? null, runningSteps }
  }
  const words = kind === "tool" ? null : { kind, text: title, at }
  return { doing: newest(others) ?? words, runningSteps: others }
}

const sum = (a: number | undefined, b: number | undefined) =>
  a === undefined && b === undefined ? undefined : (a ?? 0) + (b ?? 0)

/** Both together; the model is the later one's. */
export const addUsage = (earlier: Usage | null, later: Usage): Usage => {
  if (earlier === null) return later
  const model = later.model ?? earlier.model
  const cachedInputTokens = sum(earlier.cachedInputTokens, later.cachedInputTokens)
  const costMicros = sum(earlier.costMicros, later.costMicros)
  return {
    ...(model === undefined ? {} : { model }),
    inputTokens: earlier.inputTokens + later.inputTokens,
    outputTokens: earlier.outputTokens + later.outputTokens,
    ...(cachedInputTokens === undefined ? {} : { cachedInputTokens }),
    ...(costMicros === undefined ? {} : { costMicros }),
    ...(earlier.isAtLeast === true || later.isAtLeast === true ? { isAtLeast: true } : {}),
  }
}
