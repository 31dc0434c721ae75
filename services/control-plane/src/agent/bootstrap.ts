import { createHash } from "node:crypto"
import type { AgentCredentials, BootstrapRequest } from "@muster/contracts"
import { decideMember, IncarnationId, streams } from "@muster/domain"
import { BindingOutdated, type MemberRef, SecretRefused } from "@muster/operational-state"
import { v7 } from "uuid"
import { commandIdOf, requestHashOf } from "#src/commands/keys.ts"
import { requireOpenTeam } from "#src/handlers/accepted.ts"
import type { Desk } from "#src/handlers/desk.ts"
import { ProblemError } from "#src/http/problem.ts"

/** Binds a new incarnation: recorded in the log, then credentials, then the bus. When a step fails the token stays valid. */
const bind = async (
  desk: Desk,
  ref: MemberRef,
  { agentVersion, host }: BootstrapRequest,
): Promise<AgentCredentials> => {
  const { memberId, teamId, orgId } = ref
  const incarnation = IncarnationId.make(v7())
  const { doc, revision } = await desk.execute({
    stream: streams.member(memberId),
    reader: desk.streams.member,
    context: {
      commandId: commandIdOf(orgId, memberId, `bind:${incarnation}`),
      requestHash: requestHashOf({ route: "bootstrap", params: ref, body: { incarnation } }),
      orgId,
      teamId,
      actor: { kind: "member", id: memberId, incarnation, via: "agent-api" },
    },
    decide: async (member) => {
      await requireOpenTeam(desk.streams, teamId)
      return decideMember(member, { kind: "bind", incarnation, agentVersion, host })
    },
  })
  const { profile } = doc.state
  if (profile === undefined) throw new Error("invariant: an added member has a profile")
  const issued = await desk.state.agents.bind({ ...ref, incarnation, revision })
  const { busUsername: username, busPassword: password, apiKey, replaced } = issued
  await desk.busUsers.grant({
    teamId,
    memberId,
    incarnation,
    username,
    passwordSha256: createHash("sha256").update(password).digest("hex"),
  })
  if (replaced !== null) await desk.busUsers.revoke(replaced)
  const { slots, runtime, runtimeOptions } = profile
  return {
    memberId,
    teamId,
    incarnation,
    controlPlaneUrl: desk.agentUrl(),
    apiKey,
    bus: { url: desk.busUrl, username, password },
    settings: { slots, runtime, runtimeOptions },
  }
}

/** Exchanges a one-time token for credentials. Fails with ProblemError. */
export const bootstrap = async (desk: Desk, request: BootstrapRequest): Promise<AgentCredentials> => {
  try {
    return await desk.state.enrollments.redeem(request.token, (ref) => bind(desk, ref, request))
  } catch (error) {
    if (error instanceof SecretRefused)
      throw new ProblemError("token-refused", "It was used, has expired, or the member is gone. Enroll again.", {
        cause: error,
      })
    if (error instanceof BindingOutdated)
      throw new ProblemError("conflict", "Another agent of this member was bound meanwhile.", { cause: error })
    throw error
  }
}
