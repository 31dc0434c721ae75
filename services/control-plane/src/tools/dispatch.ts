import type { TeamToolInput } from "@muster/contracts"
import { decideChild, streams, TaskId, type TaskSpec } from "@muster/domain"
import type { CommandContext } from "#src/commands/execute.ts"
import { createdId } from "#src/commands/keys.ts"
import { requireOpenTeam } from "#src/handlers/accepted.ts"
import type { Desk } from "#src/handlers/desk.ts"
import { dispatchSpec, requireDependencies, specOf, type Target } from "#src/handlers/dispatch.ts"
import { leaderOf } from "#src/handlers/roster.ts"
import { ProblemError } from "#src/http/problem.ts"
import { budgetOf, tellOfBudget } from "#src/tools/budget.ts"
import { commandOf, type ToolCall, type ToolCaller, type Work } from "#src/tools/caller.ts"
import { ancestorsOf, countOpenChildren } from "#src/tools/lineage.ts"
import { candidatesOf, memberNamed } from "#src/tools/roster.ts"

type Input = TeamToolInput<"dispatch_task">

const targetOf = async (desk: Desk, caller: ToolCaller, { member, skills }: Input): Promise<Target> => {
  if (member !== undefined && skills !== undefined)
    throw new ProblemError("validation", "Name either a member or skills, not both.")
  if (member !== undefined) return { memberId: await memberNamed(desk, caller, member) }
  if (skills !== undefined) return { pool: { skills } }
  if (caller.subject.kind === "person") return { memberId: await leaderOf(desk, caller.subject, caller.teamId) }
  throw new ProblemError("validation", "Say whom it is for: a member, or skills. list_members tells who there is.")
}

/**
 * Announces the new task in the stream of the one that asks for it: there the guard rails are decided, on what is counted there. The same
 * call again finds that it was announced.
 */
const announce = async (
  desk: Desk,
  work: Work,
  context: CommandContext,
  request: {
    readonly childTaskId: TaskId
    readonly spec: TaskSpec
    readonly target: Target
    readonly caller: ToolCaller
  },
): Promise<void> => {
  const { childTaskId, spec, target, caller } = request
  const [ancestors, candidates, limited] = await Promise.all([
    ancestorsOf(desk, work),
    candidatesOf(desk, caller, target),
    budgetOf(desk, caller, work),
  ])
  if (limited !== undefined) await tellOfBudget(desk, caller, limited)
  const budget = limited === undefined ? {} : { budget: limited }
  await desk.execute({
    stream: streams.task(work.taskId),
    reader: desk.streams.task,
    context,
    decide: async (file) => {
      const openChildren = await countOpenChildren(desk, file)
      return decideChild(file.task, work.assignmentId, {
        childTaskId,
        spec,
        ancestors,
        candidates,
        openChildren,
        ...budget,
      })
    },
  })
}

/** `dispatch_task`. An agent's task is a child of the one it works on, and bound by the guard rails. */
export const dispatchByTool = async (desk: Desk, call: ToolCall, input: Input) => {
  const { caller } = call
  const { work, teamId } = caller
  const context = commandOf(call, "dispatch_task", input)
  const taskId = TaskId.make(createdId(context.commandId, "task"))
  const { title, instructions, inputs, after, priority } = input
  const target = await targetOf(desk, caller, input)
  const above = work?.doc.state.task.spec
  const body = {
    title,
    instructions,
    ...(inputs === undefined ? {} : { inputs }),
    ...(after === undefined ? {} : { after }),
    ...(priority === undefined ? (above === undefined ? {} : { priority: above.priority }) : { priority }),
  }
  const spec: TaskSpec = {
    ...specOf(body, target),
    ...(work === undefined ? {} : { parentTaskId: work.taskId, depth: (above?.depth ?? 0) + 1 }),
  }
  await requireOpenTeam(desk.streams, teamId)
  await requireDependencies(desk, teamId, spec.after)
  if (work !== undefined) await announce(desk, work, context, { childTaskId: taskId, spec, target, caller })
  await dispatchSpec(desk, context, { taskId, teamId, spec })
  return { task_id: taskId, next: "Wait for it with task_status, then read_result." }
}
