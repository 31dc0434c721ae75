import type { ModelAccessReply } from "@muster/contracts"
import { SecretSealed } from "@muster/operational-state"
import type { AgentIdentity } from "#src/agent/identity.ts"
import type { Desk } from "#src/handlers/desk.ts"
import { KEY_SEALED, NO_MODEL } from "#src/models/reason.ts"

/** Agents want some key even where the endpoint wants none. */
const ANY_KEY = "none"

/** The model that holds for a member, with its key; or why there is none. */
export const modelAccess = async (
  { state }: Pick<Desk, "state">,
  { orgId, teamId, memberId }: AgentIdentity,
): Promise<ModelAccessReply> => {
  try {
    const found = await state.models.access({ orgId, teamId, memberId })
    if (found === undefined) return { access: null, reason: NO_MODEL }
    const { baseUrl, model, apiKey } = found
    return { access: { baseUrl, model, apiKey: apiKey ?? ANY_KEY }, reason: null }
  } catch (error) {
    if (error instanceof SecretSealed) return { access: null, reason: KEY_SEALED }
    throw error
  }
}
