import type { TaskDoc, TeamView } from "@muster/contracts"
import { isClosed, isHeld } from "@muster/domain"
import { t } from "#src/i18n/index.ts"
import { durationText, millisOf } from "#src/lib/time.ts"
import type { TaskStateName } from "#src/parts/state-table.ts"
import { taskName } from "#src/team/names.ts"

export interface TaskLook {
  readonly state: TaskStateName
  readonly detail: string | undefined
}

/** How the state of a task is shown: its word and what the word leaves open. */
export function taskLook(task: TaskDoc, view: TeamView, now: number): TaskLook {
  if (task.isCancelRequested && isHeld(task.phase)) return { state: "cancelling", detail: undefined }
  switch (task.phase) {
    case "absent":
      return { state: "queued", detail: undefined }
    case "running":
      return { state: "running", detail: task.percent === null ? undefined : t("task.percent", { n: task.percent }) }
    case "waiting":
      return { state: "waiting", detail: waitingFor(task, view) }
    case "retry-scheduled":
      return { state: "retry-scheduled", detail: retryDetail(task, now) }
    default:
      return { state: task.phase, detail: undefined }
  }
}

function waitingFor(task: TaskDoc, view: TeamView): string | undefined {
  const open = task.after.filter((id) => {
    const other = view.tasks[id]
    return other !== undefined && !isClosed(other.phase)
  })
  const [first] = open
  if (first === undefined) return undefined
  return open.length === 1
    ? taskName(view, first)
    : t("task.and-more", { task: taskName(view, first), n: open.length - 1 })
}

function retryDetail(task: TaskDoc, now: number): string {
  const attempt = t("task.attempt-short", { n: task.attempt + 1, max: task.retry.maxAttempts })
  const waitMillis = task.dueAt === null ? 0 : millisOf(task.dueAt) - now
  return waitMillis > 0
    ? t("task.retry-in", { attempt, time: durationText(Math.ceil(waitMillis / 1_000) * 1_000) })
    : attempt
}

/** The moment that a task's age counts from: its end once it has one, else its beginning. */
export const taskMoment = (task: TaskDoc): number => millisOf(task.endedAt ?? task.createdAt)
