import { decideTask, type Retarget, streams, type TaskCommand, type TaskId, type TeamId } from "@muster/domain"
import type { CommandContext } from "#src/commands/execute.ts"
import { accepted, requireOpen } from "#src/handlers/accepted.ts"
import type { Desk } from "#src/handlers/desk.ts"
import { requireMember } from "#src/handlers/roster.ts"
import type { Handlers } from "#src/http/calls.ts"

export interface TaskPath {
  readonly team: TeamId
  readonly task: TaskId
}

interface CommandOptions {
  /** Archived teams take no commands, but work of theirs may be stopped. */
  readonly isAllowedInArchive?: boolean
}

type TaskRoutes =
  | "cancelTask"
  | "retryTask"
  | "redriveTask"
  | "discardTask"
  | "pauseTask"
  | "resumeTask"
  | "prioritiseTask"
  | "answerQuestion"
  | "decideApproval"

/** Carries out one command on one task. Fails as `execute` does, and with `archived`, `unknown-member` or `removed`. */
export const makeTaskCommand = (desk: Desk) => {
  const { execute, streams: readers } = desk
  return async (
    { team, task: taskId }: TaskPath,
    context: CommandContext,
    order: TaskCommand,
    { isAllowedInArchive = false }: CommandOptions = {},
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
          // Whoever the new run goes to must be there; a pool may have nobody yet.
          const [first] = decision.facts ?? []
          if (first?.type === "TaskRetried" || first?.type === "TaskRedriven")
            if (first.data.memberId !== undefined) await requireMember(desk, team, first.data.memberId)
          return decision
        },
      }),
    )
}

/** A new run for whom the request names. */
export const newRunOrder = (kind: "retry" | "redrive", { memberId, pool }: Retarget): TaskCommand => ({
  kind,
  ...(memberId === undefined ? {} : { memberId }),
  ...(pool === undefined ? {} : { pool }),
})

export const taskHandlers = (desk: Desk): Pick<Handlers, TaskRoutes> => {
  const command = makeTaskCommand(desk)
  return {
    cancelTask: ({ params, body, context }) =>
      command(params, context, { kind: "cancel", reason: body.reason ?? "" }, { isAllowedInArchive: true }),
    retryTask: ({ params, body, context }) => command(params, context, newRunOrder("retry", body)),
    redriveTask: ({ params, body, context }) => command(params, context, newRunOrder("redrive", body)),
    discardTask: ({ params, body, context }) =>
      command(params, context, { kind: "discard", reason: body.reason ?? "" }, { isAllowedInArchive: true }),
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
