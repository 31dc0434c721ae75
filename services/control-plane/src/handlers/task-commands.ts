import { decideTask, type MemberId, streams, type TaskCommand, type TaskId, type TeamId } from "@muster/domain"
import type { CommandContext } from "#src/commands/execute.ts"
import { accepted, requireOpen } from "#src/handlers/accepted.ts"
import type { Desk } from "#src/handlers/desk.ts"
import { requireMember } from "#src/handlers/roster.ts"
import type { Handlers } from "#src/http/calls.ts"

interface TaskPath {
  readonly team: TeamId
  readonly task: TaskId
}

interface CommandOptions {
  /** Archived teams take no commands, but work of theirs may be stopped. */
  readonly isAllowedInArchive?: boolean
  /** Whom a new run goes to: the named member, else the task's own. It must be there. */
  readonly target?: MemberId | "own"
}

type TaskRoutes =
  | "cancelTask"
  | "retryTask"
  | "redriveTask"
  | "pauseTask"
  | "resumeTask"
  | "prioritiseTask"
  | "answerQuestion"
  | "decideApproval"

export const taskHandlers = (desk: Desk): Pick<Handlers, TaskRoutes> => {
  const { execute, streams: readers } = desk
  const command = async (
    { team, task: taskId }: TaskPath,
    context: CommandContext,
    order: TaskCommand,
    { isAllowedInArchive = false, target }: CommandOptions = {},
  ) =>
    accepted(
      taskId,
      await execute({
        stream: streams.task(taskId),
        reader: readers.task,
        context,
        decide: async ({ task }) => {
          const decision = decideTask(task, order)
          if (!isAllowedInArchive) requireOpen((await readers.team.load(streams.team(team))).state)
          if (target !== undefined && decision.refusal === undefined)
            await requireMember(desk, team, target === "own" ? (task.memberId as MemberId) : target)
          return decision
        },
      }),
    )
  const newRun = (kind: "retry" | "redrive", path: TaskPath, context: CommandContext, memberId?: MemberId) =>
    command(path, context, memberId === undefined ? { kind } : { kind, memberId }, { target: memberId ?? "own" })

  return {
    cancelTask: ({ params, body, context }) =>
      command(params, context, { kind: "cancel", reason: body.reason ?? "" }, { isAllowedInArchive: true }),
    retryTask: ({ params, body, context }) => newRun("retry", params, context, body.memberId),
    redriveTask: ({ params, body, context }) => newRun("redrive", params, context, body.memberId),
    pauseTask: ({ params, context }) => command(params, context, { kind: "pause" }),
    resumeTask: ({ params, context }) => command(params, context, { kind: "resume" }),
    prioritiseTask: ({ params, body, context }) =>
      command(params, context, { kind: "prioritise", priority: body.priority }),
    answerQuestion: ({ params, body, context }) =>
      command(params, context, { kind: "answer", questionId: params.question, answer: body.answer }),
    decideApproval: ({ params, body, context }) =>
      command(params, context, {
        kind: "decide-approval",
        approvalId: params.approval,
        isApproved: body.isApproved,
        comment: body.comment ?? "",
      }),
  }
}
