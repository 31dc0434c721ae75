import type { RuntimeAbility } from "@muster/contracts"
import { SecretSealed } from "@muster/operational-state"
import type { Desk } from "#src/handlers/desk.ts"
import type { Handlers } from "#src/http/calls.ts"
import { ProblemError } from "#src/http/problem.ts"
import { TEAM_DRAFTS_IN_FLIGHT_MAX } from "#src/limits.ts"
import { draftTeam, NoTeamDraft, type Thinker } from "#src/models/draft-team.ts"
import { KEY_SEALED, NO_MODEL } from "#src/models/reason.ts"

const DEFAULT_THINKER: Thinker = { runtime: "acp", agent: "opencode" }

/** What members that think would work with here: whatever is ready, the widest tried first. */
export const thinkerOf = (items: readonly RuntimeAbility[] | null): Thinker => {
  const ready = (items ?? []).find(({ state, needsModel }) => state === "ready" && needsModel)
  if (ready?.runtime === "openclaw") return { runtime: "openclaw" }
  return ready?.runtime === "acp" && ready.agent !== null ? { runtime: "acp", agent: ready.agent } : DEFAULT_THINKER
}

/** What helps a person before a team is there. Nothing of it changes anything. */
export const newTeamHelp = ({ state, abilities }: Desk): Pick<Handlers, "listRuntimes" | "draftTeam"> => {
  const inFlight = new Map<string, number>()
  const items = async () => (abilities === undefined ? null : await abilities())
  return {
    listRuntimes: async ({ subject: { orgId } }) => {
      const [found, models] = await Promise.all([items(), state.models.list(orgId)])
      return { items: found, hasModel: models.some(({ teamId }) => teamId === null) }
    },

    draftTeam: async ({ body, subject: { orgId, userId } }) => {
      const running = inFlight.get(userId) ?? 0
      if (running >= TEAM_DRAFTS_IN_FLIGHT_MAX)
        throw new ProblemError("too-many-requests", "Wait for the proposals that are being made.", {
          retryAfterSeconds: 1,
        })
      inFlight.set(userId, running + 1)
      try {
        const access = await state.models.access({ orgId })
        if (access === undefined) throw new ProblemError("no-model", NO_MODEL)
        return await draftTeam(access, body.sentence, thinkerOf(await items()))
      } catch (error) {
        if (error instanceof SecretSealed) throw new ProblemError("model-failed", KEY_SEALED, { cause: error })
        if (error instanceof NoTeamDraft) throw new ProblemError("model-failed", error.message, { cause: error.cause })
        throw error
      } finally {
        const others = (inFlight.get(userId) ?? 1) - 1
        if (others === 0) inFlight.delete(userId)
        else inFlight.set(userId, others)
      }
    },
  }
}
