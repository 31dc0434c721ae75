import type { DispatcherCommand } from "@muster/domain"
import type { TaskEntry } from "#src/model/task.ts"

const parse = (instant: string) => Date.parse(instant)

/**
 * What a task's own clock asks for now, if anything. The start of a waiting task is not here: it also hangs on other tasks.
 * `graceMillis`: how long beyond the time limit the agent has to end the work itself, and to say so. `heardSinceMillis`: since when agents
 * could be heard: whoever could say nothing has not failed to.
 */
export const dueCommand = (
  { state, hold }: TaskEntry,
  nowMillis: number,
  graceMillis: number,
  heardSinceMillis = 0,
): DispatcherCommand | undefined => {
  const deadlineAt = state.spec?.deadlineAt
  if (deadlineAt !== undefined && parse(deadlineAt) <= nowMillis) return { kind: "expire", deadlineAt }
  if (state.phase === "retry-scheduled")
    return state.dueAt === undefined || parse(state.dueAt) <= nowMillis ? { kind: "retry-due" } : undefined
  if (hold?.activeSinceMillis === undefined || state.spec === undefined) return undefined
  const activeMillis = hold.activeMillis + (nowMillis - hold.activeSinceMillis)
  const couldSayMillis = nowMillis - heardSinceMillis
  return couldSayMillis > graceMillis && activeMillis > state.spec.timeLimitMillis + graceMillis
    ? { kind: "enforce-time-limit", assignmentId: hold.assignmentId }
    : undefined
}
