import type { TaskDoc } from "@muster/contracts"
import { isOpen } from "@muster/domain"
import type { Page } from "playwright-core"
import { ApiRefused, readTask, waitFor, type Api } from "../harness/index.ts"
import { CURRENCY } from "./story.ts"

const WAIT_MILLIS = 900_000
/** A busy machine takes its time to show a page; what was answered meanwhile is looked for again. */
const LOOK_MILLIS = 120_000

interface Attended {
  readonly questions: number
  readonly approvals: number
  readonly goal: TaskDoc
}

/** How a person answers what a task asks, and allows what it asks leave for. */
export interface Hands {
  readonly answer: (task: TaskDoc, questionId: string) => Promise<void>
  readonly allow: (task: TaskDoc, approvalId: string) => Promise<void>
}

export const byApi = (api: Api): Hands => {
  const pathOf = ({ teamId, id }: TaskDoc) => `/teams/${teamId}/tasks/${id}`
  return {
    answer: async (task, id) => {
      await api.json("POST", `${pathOf(task)}/questions/${id}/answer`, { body: { answer: CURRENCY } })
    },
    allow: async (task, id) => {
      const hash = task.approvals.find((approval) => approval.id === id)?.hash
      await api.json("POST", `${pathOf(task)}/approvals/${id}/decide`, { body: { isApproved: true, hash } })
    },
  }
}

/** In the panel of the task, as people do. */
export const inBrowser = (page: Page, url: string): Hands => {
  page.setDefaultTimeout(LOOK_MILLIS)
  page.setDefaultNavigationTimeout(LOOK_MILLIS)
  const press = async ({ teamId, id, title }: TaskDoc, name: string): Promise<void> => {
    await page.goto(`${url}/teams/${teamId}/live?task=${id}`)
    const button = page.getByRole("dialog", { name: new RegExp(title, "u") }).getByRole("button", { name, exact: true })
    await button.click()
    await button.waitFor({ state: "detached" })
  }
  return { answer: (task) => press(task, CURRENCY), allow: (task) => press(task, "Approve") }
}

/** Not reached, cut off, or answered a moment too late: the attempt that asked has ended. */
const isPassing = (error: unknown): boolean =>
  error instanceof TypeError ||
  (error instanceof Error && error.name === "TimeoutError") ||
  (error instanceof ApiRefused && (error.status === 409 || error.status === 503))

/** Looks after a goal until it has ended. */
export const attend = async (
  api: Api,
  teamId: string,
  goalId: string,
  hands: Hands = byApi(api),
): Promise<Attended> => {
  let questions = 0
  let approvals = 0
  const attendOnce = async (): Promise<TaskDoc | undefined> => {
    const { items } = await api.json<{ items: readonly TaskDoc[] }>("GET", `/teams/${teamId}/tasks?state=open`)
    for (const task of items) {
      for (const { id } of task.questions) {
        await hands.answer(task, id)
        questions += 1
      }
      for (const { id } of task.approvals) {
        await hands.allow(task, id)
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
