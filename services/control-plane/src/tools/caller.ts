import type { TeamToolName } from "@muster/contracts"
import type { Action, Actor, AssignmentId, MemberId, OrgId, Subject, TaskId, TeamId } from "@muster/domain"
import { permit, streams } from "@muster/domain"
import type { CommandContext } from "#src/commands/execute.ts"
import { commandIdOf, requestHashOf } from "#src/commands/keys.ts"
import type { StreamDoc } from "#src/commands/streams.ts"
import type { TaskFile } from "#src/commands/streams-of.ts"
import type { Desk } from "#src/handlers/desk.ts"
import { ProblemError } from "#src/http/problem.ts"

/** The assignment that an agent calls for. */
export interface Work {
  readonly taskId: TaskId
  readonly assignmentId: AssignmentId
  readonly memberId: MemberId
  readonly doc: StreamDoc<TaskFile>
}

/** Who uses a tool, and for which team. */
export interface ToolCaller {
  readonly subject: Subject
  readonly orgId: OrgId
  readonly teamId: TeamId
  readonly actor: Actor
  /** Absent: a person's own program. */
  readonly work?: Work
}

/** One use of a tool. */
export interface ToolCall {
  readonly caller: ToolCaller
  /** Names the call: the same key and content have one effect. */
  readonly key: string
  /** Fires when nobody waits for the answer any more. */
  readonly signal: AbortSignal
}

/** What an agent needs for a tool, and what the person needs for whom it works: it can do less than that person. */
export const toolRights = {
  dispatch_task: { agent: "agent.dispatch", person: "task.dispatch" },
  list_members: { agent: "agent.read", person: "team.read" },
  task_status: { agent: "agent.read", person: "task.read" },
  read_result: { agent: "agent.read", person: "artifact.read" },
  cancel_task: { agent: "agent.cancel-child", person: "task.cancel" },
  post_chat: { agent: "agent.chat", person: "chat.post" },
  read_context: { agent: "agent.read", person: "chat.read" },
} as const satisfies Record<TeamToolName, { readonly agent: Action; readonly person: Action }>

/** Fails with ProblemError `forbidden`, or `not-found` for another organisation's or team's. */
export const requireToolRight = async (desk: Desk, caller: ToolCaller, tool: TeamToolName): Promise<void> => {
  const { subject, orgId, teamId, actor } = caller
  const scope = { orgId, teamId }
  const ask = (who: Subject, action: Action): void => {
    const verdict = permit(who, action, scope)
    if (verdict === "invisible") throw new ProblemError("not-found", "There is no such team.")
    if (verdict === "forbidden") throw new ProblemError("forbidden")
  }
  ask(subject, toolRights[tool][subject.kind === "member" ? "agent" : "person"])
  if (actor.kind !== "member" || actor.onBehalfOf === undefined) return
  const userId = actor.onBehalfOf
  const { state: person } = await desk.streams.user.load(streams.user(userId))
  if (person === undefined) throw new ProblemError("forbidden", "The person you work for is not here any more.")
  ask({ kind: "person", userId, orgId, ...person }, toolRights[tool].person)
}

/** The command that a call comes to. A key that the model chose holds for the run of its task, so that a new attempt finds what was done. */
export const commandOf = (
  { caller, key }: ToolCall,
  tool: TeamToolName,
  { idempotency_key, ...input }: { readonly idempotency_key?: string; readonly [name: string]: unknown },
): CommandContext => {
  const { subject, orgId, teamId, actor, work } = caller
  const callerId = subject.kind === "member" ? subject.memberId : subject.userId
  const place = work === undefined ? [teamId] : [work.taskId, String(work.doc.state.task.run)]
  const name = JSON.stringify(idempotency_key === undefined ? ["call", key] : ["chosen", ...place, idempotency_key])
  // A model-chosen key outlives the member: whoever takes the task over finds it.
  const owner = work !== undefined && idempotency_key !== undefined ? work.taskId : callerId
  return {
    commandId: commandIdOf(orgId, owner, `tool:${tool}:${name}`),
    requestHash: requestHashOf({ route: `tool:${tool}`, params: { team: teamId }, body: input }),
    orgId,
    teamId,
    actor,
    ...(work?.doc.first === undefined ? {} : { correlationId: work.doc.first.meta.correlationId }),
  }
}
