import {
  decideTask,
  MessageId,
  type NewTarget,
  type PoolTarget,
  type MemberId,
  type Retarget,
  streams,
  type TaskCommand,
  type TaskId,
  type TeamId,
} from "@muster/domain"
import type { CommandContext } from "#src/commands/execute.ts"
import { createdId } from "#src/commands/keys.ts"
import { accepted, requireOpenTeam } from "#src/handlers/accepted.ts"
import type { Desk } from "#src/handlers/desk.ts"
import { requireHearing } from "#src/handlers/hearing.ts"
import { requireMember } from "#src/handlers/roster.ts"
import type { Handlers } from "#src/http/calls.ts"
import { ProblemError } from "#src/http/problem.ts"

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
  | "steerTask"
  | "prioritiseTask"
  | "reassignTask"
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
          if (!isAllowedInArchive) await requireOpenTeam(readers, team)
          // Whoever it goes to must be there; a pool may have nobody yet.
          const [first] = decision.facts ?? []
          if (first?.type === "TaskRetried" || first?.type === "TaskRedriven" || first?.type === "TaskReassigned")
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

/** The same work for whom the request names: the schema has seen to it that it names one. */
export const reassignOrder = ({ memberId, pool }: { readonly memberId?: MemberId; readonly pool?: PoolTarget }) => {
  if (memberId === undefined && pool === undefined)
    throw new ProblemError("validation", "Name a member or the skills of a pool.")
  const target = (pool === undefined ? { memberId } : { pool }) as NewTarget
  return { kind: "reassign", target } as const satisfies TaskCommand
}

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
    steerTask: async ({ params, body, context }) => {
      const isInterrupt = body.isInterrupt ?? false
      await requireHearing(desk, params.task, isInterrupt)
      const messageId = MessageId.make(createdId(context.commandId, "message"))
      return command(params, context, { kind: "steer", messageId, text: body.text, isInterrupt })
    },
    prioritiseTask: ({ params, body, context }) =>
      command(params, context, { kind: "prioritise", priority: body.priority }),
    reassignTask: ({ params, body, context }) => command(params, context, reassignOrder(body)),
    answerQuestion: ({ params, body, context }) =>
      command(params, context, { kind: "answer", questionId: params.question, answer: body.answer }),
    decideApproval: ({ params, body, context }) =>
      command(params, context, {
        kind: "decide-approval",
        approvalId: params.approval,
        isApproved: body.isApproved,
        hash: body.hash,
        comment: body.comment ?? "",
      }),
  }
}
