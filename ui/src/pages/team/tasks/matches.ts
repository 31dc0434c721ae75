import type { TaskDoc, TeamView } from "@muster/contracts"
import { isClosed } from "@muster/domain"
import { tasksNewestFirst } from "@muster/projections"
import type { TaskFilters } from "#src/pages/team/tasks/filters.ts"

const HUMAN_NUMBER = /^t?-?(\d{1,9})$/
const comparable = (text: string): string => text.normalize("NFKC").toLowerCase()

/** A human number finds its task and titles that contain it; else every word must be somewhere in the title. As the server searches. */
function isFound({ number, title }: TaskDoc, q: string): boolean {
  const words = comparable(q).split(/\s+/).filter(Boolean)
  const inTitle = words.every((word) => comparable(title).includes(word))
  return inTitle || Number(HUMAN_NUMBER.exec(words.join(""))?.[1]) === number
}

/** Whether a task is among those that the server would answer these filters with. */
export function matches(task: TaskDoc, filters: TaskFilters): boolean {
  if (filters.state !== undefined && (filters.state === "closed") !== isClosed(task.phase)) return false
  if (filters.phase !== undefined && task.phase !== filters.phase) return false
  if (filters.member !== undefined && task.memberId !== filters.member) return false
  return isFound(task, filters.q)
}

/** What board and timeline show: all that is open, and the newest of what ended, as far as the filters let them through. */
export const tasksAtHand = (view: TeamView, filters: TaskFilters): ReadonlyArray<TaskDoc> =>
  tasksNewestFirst(view).filter((task) => matches(task, filters))
