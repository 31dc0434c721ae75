import type { TaskDoc } from "@muster/contracts"
import { isOpen } from "@muster/domain"
import { ApiRefused, readTask, waitFor, type Api } from "../harness/index.ts"
import { CURRENCY } from "./story.ts"

const WAIT_MILLIS = 300_000

interface Attended {
  readonly questions: number
  readonly approvals: number
  readonly goal: TaskDoc
}

/** Not reached, cut off, or answered a moment too late: the attempt that asked has ended. */
const isPassing = (error: unknown): boolean =>
  error instanceof TypeError ||
  (error instanceof DOMException && error.name === "TimeoutError") ||
  (error instanceof ApiRefused && (error.status === 409 || error.status === 503))

/** Answers what agents ask and allows what they ask leave for, until the goal has ended. */
export const attend = async (api: Api, teamId: string, goalId: string): Promise<Attended> => {
  let questions = 0
  let approvals = 0
  const tasksOf = `/teams/${teamId}/tasks`
  const attendOnce = async (): Promise<TaskDoc | undefined> => {
    const { items } = await api.json<{ items: readonly TaskDoc[] }>("GET", `${tasksOf}?state=open`)
    for (const task of items) {
      for (const { id } of task.questions) {
        await api.json("POST", `${tasksOf}/${task.id}/questions/${id}/answer`, { body: { answer: CURRENCY } })
        questions += 1
      }
      for (const { id } of task.approvals) {
        await api.json("POST", `${tasksOf}/${task.id}/approvals/${id}/decide`, { body: { isApproved: true } })
        approvals += 1
      }
    }
    const { task } = await readTask(api, teamId, goalId)
    return isOpen(task.phase) ? undefined : task
  }
  let seen: unknown
  const ended = await waitFor(
    "the goal has ended",
    () =>
      attendOnce().catch((error: unknown) => {
        if (!isPassing(error)) throw error
        seen = String(error)
        return undefined
      }),
    WAIT_MILLIS,
    () => seen,
  )
  return { questions, approvals, goal: ended }
}
