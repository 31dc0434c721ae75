import type { DispatchRequest, TemplateRequest } from "@muster/contracts"
import {
  ATTEMPTS_DEFAULT,
  decideTask,
  type MemberId,
  type PoolTarget,
  PRIORITY_DEFAULT,
  RETRY_BACKOFF_DEFAULT_MILLIS,
  streams,
  TaskId,
  type TaskSpec,
  type TaskTemplate,
  type TeamId,
  TIME_LIMIT_DEFAULT_MILLIS,
} from "@muster/domain"
import type { CommandContext } from "#src/commands/execute.ts"
import { createdId } from "#src/commands/keys.ts"
import { attachmentsOf } from "#src/files/uploads.ts"
import { accepted, requireOpen } from "#src/handlers/accepted.ts"
import type { Desk } from "#src/handlers/desk.ts"
import { leaderOf, requireMember } from "#src/handlers/roster.ts"
import type { Handlers, PersonSubject } from "#src/http/calls.ts"
import { ProblemError } from "#src/http/problem.ts"

/** Whom work is for. */
export type Target = { readonly memberId: MemberId } | { readonly pool: PoolTarget }

/** What a person leaves out is filled in here, so that the log never depends on defaults of a version. */
export const templateOf = (body: TemplateRequest, target: Target): TaskTemplate => ({
  title: body.title,
  instructions: body.instructions ?? "",
  inputs: body.inputs ?? {},
  runtimeOptions: body.runtimeOptions ?? {},
  ...target,
  priority: body.priority ?? PRIORITY_DEFAULT,
  retry: body.retry ?? { maxAttempts: ATTEMPTS_DEFAULT, backoffMillis: RETRY_BACKOFF_DEFAULT_MILLIS },
  timeLimitMillis: body.timeLimitMillis ?? TIME_LIMIT_DEFAULT_MILLIS,
})

/** `after`: what it waits for, when that is more than the body says. */
export const specOf = (
  body: DispatchRequest,
  target: Target,
  after: readonly TaskId[] = body.after ?? [],
): TaskSpec => ({
  ...templateOf(body, target),
  after: [...new Set(after)],
  ...(body.deadlineAt === undefined ? {} : { deadlineAt: body.deadlineAt }),
  ...(body.notBefore === undefined ? {} : { notBefore: body.notBefore }),
})

/** Fails with ProblemError `unknown-dependency`. */
export const requireDependencies = async (
  { places }: Desk,
  teamId: TeamId,
  after: readonly TaskId[],
): Promise<void> => {
  const found = await Promise.all(after.map((id) => places.task(id)))
  const errors = found.flatMap((place, index) =>
    place?.teamId === teamId ? [] : [{ pointer: `/after/${index}`, detail: "no such task in this team" }],
  )
  if (errors.length > 0)
    throw new ProblemError("unknown-dependency", "A task can only wait for tasks of its own team.", { errors })
}

/**
 * Whom the work goes to: the named member or pool, else the leader. A pool may have nobody yet: the work waits for whoever comes.
 * Fails with `unknown-member`, `removed` or `no-leader`.
 */
export const targetOf = async (
  desk: Desk,
  subject: PersonSubject,
  teamId: TeamId,
  { memberId, pool }: Pick<DispatchRequest, "memberId" | "pool">,
): Promise<Target> => {
  if (pool !== undefined) return { pool }
  if (memberId === undefined) return { memberId: await leaderOf(desk, subject, teamId) }
  await requireMember(desk, teamId, memberId)
  return { memberId }
}

/** Dispatches a task about which all is known. The same command again dispatches nothing again. */
export const dispatchSpec = async (
  desk: Desk,
  context: CommandContext,
  { taskId, teamId, spec }: { readonly taskId: TaskId; readonly teamId: TeamId; readonly spec: TaskSpec },
): Promise<void> => {
  await desk.execute({
    stream: streams.task(taskId),
    reader: desk.streams.task,
    context,
    isCreation: true,
    handOver: desk.handOver,
    decide: ({ task }) =>
      decideTask(task, { kind: "dispatch", taskId, teamId, spec, requestHash: context.requestHash }),
  })
}

export const dispatchTask =
  (desk: Desk): Handlers["dispatchTask"] =>
  async ({ params: { team }, body, subject, context }) => {
    const taskId = TaskId.make(createdId(context.commandId, "task"))
    const outcome = await desk.execute({
      stream: streams.task(taskId),
      reader: desk.streams.task,
      context,
      isCreation: true,
      handOver: desk.handOver,
      decide: async ({ task }) => {
        const [teamDoc, target, attachments] = await Promise.all([
          desk.streams.team.load(streams.team(team)),
          targetOf(desk, subject, team, body),
          attachmentsOf(desk, team, body.attachments),
          requireDependencies(desk, team, body.after ?? []),
        ])
        requireOpen(teamDoc.state)
        const { requestHash } = context
        const spec = { ...specOf(body, target), ...(attachments.length === 0 ? {} : { attachments }) }
        return decideTask(task, { kind: "dispatch", taskId, teamId: team, spec, requestHash })
      },
    })
    return accepted(taskId, outcome)
  }
