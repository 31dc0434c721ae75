import type { TeamToolInput } from "@muster/contracts"
import type { Desk } from "#src/handlers/desk.ts"
import { makeTaskCommand } from "#src/handlers/task-commands.ts"
import { ProblemError } from "#src/http/problem.ts"
import { commandOf, type ToolCall } from "#src/tools/caller.ts"
import { taskOfTeam } from "#src/tools/status.ts"

/** `cancel_task`: an agent may only stop what its own task has dispatched. */
export const cancelByTool = async (desk: Desk, call: ToolCall, input: TeamToolInput<"cancel_task">) => {
  const { caller } = call
  const { task_id: taskId, reason = "" } = input
  const { task } = await taskOfTeam(desk, caller, taskId)
  if (caller.work !== undefined && task.spec?.parentTaskId !== caller.work.taskId)
    throw new ProblemError("forbidden", "You can only cancel tasks that your own task has dispatched.")
  const path = { team: caller.teamId, task: taskId }
  await makeTaskCommand(desk)(
    path,
    commandOf(call, "cancel_task", input),
    { kind: "cancel", reason },
    { isAllowedInArchive: true },
  )
  return { task_id: taskId, next: "task_status tells when it has stopped." }
}
