import type { IncarnationId, MemberId, OrgId, TeamId } from "@muster/domain"
import { permit, type Action, streams } from "@muster/domain"
import type { FastifyRequest } from "fastify"
import type { Desk } from "#src/handlers/desk.ts"
import { ProblemError } from "#src/http/problem.ts"

/** An agent that showed its key. */
export interface AgentIdentity {
  readonly memberId: MemberId
  readonly teamId: TeamId
  readonly orgId: OrgId
  readonly incarnation: IncarnationId
}

const bearerOf = (header: string | undefined): string | undefined =>
  /^Bearer ([A-Za-z0-9_-]+)$/u.exec(header ?? "")?.[1]

/**
 * Who calls, by its key. The log decides whether the binding still holds, so a removed member or a replaced incarnation is out at
 * once, even if voiding its key failed half-way. Fails with ProblemError `unauthenticated` or `forbidden`.
 */
export const identify = async (
  { state, streams: readers }: Desk,
  request: FastifyRequest,
  action: Action,
): Promise<AgentIdentity> => {
  const key = bearerOf(request.headers.authorization)
  const agent = key === undefined ? undefined : await state.agents.byApiKey(key)
  if (agent === undefined) throw new ProblemError("unauthenticated", "This key is not valid (any more).")
  const { state: member } = await readers.member.load(streams.member(agent.memberId))
  if (member.isRemoved || member.incarnation !== agent.incarnation)
    throw new ProblemError("unauthenticated", "Another incarnation is bound, or the member was removed.")
  const { memberId, teamId, orgId } = agent
  if (permit({ kind: "member", memberId, teamId, orgId }, action, { orgId, teamId }) !== "allowed")
    throw new ProblemError("forbidden")
  return agent
}
