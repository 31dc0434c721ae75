import { setTimeout as delay } from "node:timers/promises"
import type { TeamToolInput } from "@muster/contracts"
import { isOpen, isOverBudget, streams, type TaskId } from "@muster/domain"
import type { TaskFile } from "#src/commands/streams-of.ts"
import type { Desk } from "#src/handlers/desk.ts"
import { ProblemError } from "#src/http/problem.ts"
import { TOOL_LOOK_MAX_MILLIS, TOOL_LOOK_MIN_MILLIS, TOOL_TASKS_SHOWN } from "#src/limits.ts"
import { budgetOf } from "#src/tools/budget.ts"
import type { ToolCall, ToolCaller } from "#src/tools/caller.ts"
import { childrenOf } from "#src/tools/lineage.ts"
import { membersOf } from "#src/tools/roster.ts"

interface Seen {
  readonly taskId: TaskId
  readonly file: TaskFile
}

/** The task, if it is one of the caller's team. Fails with ProblemError `not-found`: another team's does not exist. */
export const taskOfTeam = async (
  { streams: readers, places }: Desk,
  { teamId, orgId }: ToolCaller,
  taskId: TaskId,
): Promise<TaskFile> => {
  const place = await places.task(taskId)
  if (place === undefined || place.teamId !== teamId || place.orgId !== orgId)
    throw new ProblemError("not-found", `There is no task ${taskId} in this team.`)
  return (await readers.task.load(streams.task(taskId))).state
}

const look = async (desk: Desk, { caller }: ToolCall, ids: readonly TaskId[] | undefined): Promise<readonly Seen[]> => {
  if (ids !== undefined)
    return Promise.all(
      [...new Set(ids)].map(async (taskId) => ({ taskId, file: await taskOfTeam(desk, caller, taskId) })),
    )
  const { work, subject, teamId } = caller
  if (work !== undefined) {
    const { state } = await desk.streams.task.load(streams.task(work.taskId))
    return (await childrenOf(desk, state)).slice(-TOOL_TASKS_SHOWN)
  }
  const open = await desk.reads.tasks.list(subject, teamId, { state: "open", limit: TOOL_TASKS_SHOWN })
  return Promise.all(open.map(async ({ id }) => ({ taskId: id, file: await taskOfTeam(desk, caller, id) })))
}

const needsPerson = (phase: string): boolean => phase === "needs-input" || phase === "needs-approval"

/** What a waiting caller wants to hear of: a task has ended, or now waits for a person. */
const isNews = (before: readonly Seen[], after: readonly Seen[]): boolean => {
  const phases = new Map(before.map(({ taskId, file }) => [taskId, file.task.phase]))
  return after.some(({ taskId, file: { task } }) => {
    const was = phases.get(taskId) ?? task.phase
    return (isOpen(was) && !isOpen(task.phase)) || (needsPerson(task.phase) && !needsPerson(was))
  })
}

/** Until the read models have moved on, or a moment has passed. */
const nextMoment = async ({ reads }: Desk, signal: AbortSignal): Promise<void> => {
  const over = new AbortController()
  const advanced = new Promise<void>((resolve) => {
    const leave = reads.onAdvance(() => resolve())
    over.signal.addEventListener("abort", leave, { once: true })
  })
  const asleep = (millis: number) =>
    delay(millis, undefined, { signal: AbortSignal.any([signal, over.signal]) }).catch((error: unknown) => {
      if (!(error instanceof Error) || error.name !== "AbortError") throw error
    })
  try {
    await asleep(TOOL_LOOK_MIN_MILLIS)
    await Promise.race([advanced, asleep(TOOL_LOOK_MAX_MILLIS)])
  } finally {
    over.abort()
  }
}

/** `task_status`: how tasks stand by the log. */
export const taskStatus = async (desk: Desk, call: ToolCall, input: TeamToolInput<"task_status">) => {
  const { task_ids, wait_seconds = 0 } = input
  let before: readonly Seen[] = []
  let seen = await look(desk, call, task_ids)
  const until = seen.some(({ file }) => isOpen(file.task.phase)) ? performance.now() + wait_seconds * 1_000 : 0
  while (!isNews(before, seen) && performance.now() < until && !call.signal.aborted) {
    await nextMoment(desk, call.signal)
    before = seen
    seen = await look(desk, call, task_ids)
  }
  const handles = new Map((await membersOf(desk, call.caller)).map(({ id, handle }) => [id as string, `@${handle}`]))
  const tasks = seen.map(({ taskId, file: { task } }) => ({
    task_id: taskId,
    title: task.spec?.title ?? "",
    phase: task.phase,
    is_open: isOpen(task.phase),
    ...(task.memberId === "" ? {} : { member: handles.get(task.memberId) ?? task.memberId }),
    ...(needsPerson(task.phase) ? { waits_for: "a person" } : {}),
    ...(task.lastFailure === undefined || task.phase === "succeeded" ? {} : { failure: task.lastFailure }),
  }))
  const { work } = call.caller
  const budget = work === undefined ? undefined : await budgetOf(desk, call.caller, work)
  return {
    open: tasks.filter((task) => task.is_open).length,
    tasks,
    ...(budget === undefined
      ? {}
      : {
          budget: {
            used_tokens: budget.usedTokens,
            max_tokens: budget.maxTokens,
            may_dispatch: !isOverBudget(budget),
          },
        }),
  }
}
