import type { FeedEvent, TaskDoc, TeamView } from "@muster/contracts"
import { comparePositions } from "@muster/domain"

/** What a task hangs on, and what hangs on it, of the tasks at hand. */
export interface Around {
  /** From the uppermost down to the one above its parent, which is named elsewhere. */
  readonly above: ReadonlyArray<TaskDoc>
  readonly after: ReadonlyArray<TaskDoc>
  readonly before: ReadonlyArray<TaskDoc>
}

const byNumber = (a: TaskDoc, b: TaskDoc): number => a.number - b.number

/** The server sets parents and refuses circles: every way up ends. */
export function aroundOf(task: TaskDoc, view: TeamView): Around {
  const above: Array<TaskDoc> = []
  const up = (from: TaskDoc): TaskDoc | undefined => view.tasks[from.parentTaskId ?? ""]
  const parent = up(task)
  for (let next = parent && up(parent); next !== undefined; next = up(next)) above.unshift(next)
  return {
    above,
    after: task.after.flatMap((id) => view.tasks[id] ?? []).toSorted(byNumber),
    before: Object.values(view.tasks)
      .filter((other) => other.after.includes(task.id))
      .toSorted(byNumber),
  }
}

/** Events after which something went wrong with a task. */
const FAILURES: ReadonlySet<string> = new Set([
  "TaskFailed",
  "TaskRetryScheduled",
  "TaskLeaseExpired",
  "TaskExpired",
  "TaskDeadLettered",
])

/**
 * Where in the log to look at what led to its newest failure: the event of the task before it. Undefined while nothing has
 * failed. `events` are those of the task, oldest first.
 */
export function beforeFailure(events: ReadonlyArray<FeedEvent>): string | undefined {
  const at = events.findLastIndex(({ type }) => FAILURES.has(type))
  const failure = events[at]
  if (failure === undefined) return undefined
  const before = events.slice(0, at).findLast((event) => comparePositions(event.position, failure.position) < 0)
  return (before ?? failure).position
}
