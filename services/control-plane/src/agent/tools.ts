import { IDEMPOTENCY_KEY_HEADER, isTeamTool, ToolParams } from "@muster/contracts"
import { type AssignmentId, streams, type TaskId } from "@muster/domain"
import type { FastifyInstance, FastifyRequest } from "fastify"
import type { AgentIdentity } from "#src/agent/identity.ts"
import { keyOf } from "#src/commands/keys.ts"
import type { Desk } from "#src/handlers/desk.ts"
import { decoder } from "#src/http/decode.ts"
import { ProblemError } from "#src/http/problem.ts"
import { TOOL_BODY_MAX_BYTES } from "#src/limits.ts"
import type { ToolCaller } from "#src/tools/caller.ts"
import { useTool } from "#src/tools/index.ts"

const decodeParams = decoder(ToolParams, { root: "/params", problem: "not-found" })

/**
 * The agent as the one that works on this assignment. Fails with ProblemError `not-found` when it never was this member's, and with
 * `conflict` when it has ended: whoever holds an old one may not act for the task any more.
 */
const callerOf = async (
  desk: Desk,
  agent: AgentIdentity,
  { task: taskId, assignment: assignmentId }: { readonly task: TaskId; readonly assignment: AssignmentId },
): Promise<ToolCaller> => {
  const { memberId, teamId, orgId, incarnation } = agent
  const doc = await desk.streams.task.load(streams.task(taskId))
  const { task, assignments } = doc.state
  if (task.teamId !== teamId || assignments.get(assignmentId) !== memberId)
    throw new ProblemError("not-found", "This is no assignment of yours.")
  if (task.assignment?.id !== assignmentId)
    throw new ProblemError("conflict", "This assignment has ended: stop.", { members: { code: "stale" } })
  const asked = doc.first?.meta.actor
  const onBehalfOf = asked?.kind === "person" ? asked.id : asked?.kind === "member" ? asked.onBehalfOf : undefined
  return {
    subject: { kind: "member", memberId, teamId, orgId },
    orgId,
    teamId,
    actor: {
      kind: "member",
      id: memberId,
      incarnation,
      ...(onBehalfOf === undefined ? {} : { onBehalfOf }),
      via: "agent-api",
    },
    work: { taskId, assignmentId, memberId, doc },
  }
}

/** Team tools of agents: each call names the assignment it is made for. */
export const registerTools = (
  app: FastifyInstance,
  desk: Desk,
  guard: {
    readonly onRequest: (request: FastifyRequest) => Promise<void>
    readonly agentOf: (request: FastifyRequest) => AgentIdentity
  },
): void => {
  app.route({
    method: "POST",
    url: "/tasks/:task/assignments/:assignment/tools/:tool",
    onRequest: guard.onRequest,
    bodyLimit: TOOL_BODY_MAX_BYTES,
    handler: async (request, reply) => {
      const { task, assignment, tool } = decodeParams(request.params)
      if (!isTeamTool(tool)) throw new ProblemError("not-found", `There is no tool ${tool}.`)
      const caller = await callerOf(desk, guard.agentOf(request), { task, assignment })
      const left = new AbortController()
      reply.raw.once("close", () => left.abort())
      const key = `${assignment}:${keyOf(request.headers[IDEMPOTENCY_KEY_HEADER])}`
      void reply.header("cache-control", "no-store")
      return useTool(desk, tool, { caller, key, signal: left.signal }, request.body ?? {})
    },
  })
}
