import { TooManyTokens } from "@muster/operational-state"
import { API_TOKEN_TTL_DEFAULT_MILLIS } from "#src/limits.ts"
import type { Desk } from "#src/handlers/desk.ts"
import type { Handlers } from "#src/http/calls.ts"
import { ProblemError } from "#src/http/problem.ts"

const DAY_MILLIS = 24 * 60 * 60 * 1_000

/** A token must not make another one, which would outlive it. */
const requireSession = (sessionId: string | undefined): void => {
  if (sessionId === undefined)
    throw new ProblemError("forbidden", "Tokens are made and revoked by a person who is signed in, not by a token.")
}

type Routes = "listApiTokens" | "createApiToken" | "revokeApiToken"

/** Tokens of whoever asks; nobody sees those of others. */
export const apiTokenHandlers = ({ state: { apiTokens }, places }: Desk): Pick<Handlers, Routes> => ({
  listApiTokens: async ({ subject }) => ({ items: await apiTokens.list(subject.userId), next: null }),

  createApiToken: async ({ subject, sessionId, body }) => {
    requireSession(sessionId)
    const { userId, orgId, name: personName, role } = subject
    const { name, scope, expiresInDays, teamId } = body
    if (teamId !== undefined && (await places.team(teamId))?.orgId !== orgId)
      throw new ProblemError("validation", undefined, {
        errors: [{ pointer: "/teamId", detail: "There is no such team." }],
      })
    const ttlMillis = expiresInDays === undefined ? API_TOKEN_TTL_DEFAULT_MILLIS : expiresInDays * DAY_MILLIS
    try {
      const { token, doc } = await apiTokens.create({ userId, orgId, personName, role, name, scope, teamId, ttlMillis })
      return { ...doc, token }
    } catch (error) {
      if (error instanceof TooManyTokens)
        throw new ProblemError("too-many-tokens", `Revoke one first: ${error.message}.`, { cause: error })
      throw error
    }
  },

  revokeApiToken: async ({ subject, sessionId, params }) => {
    requireSession(sessionId)
    if (!(await apiTokens.revoke(subject.userId, params.token)))
      throw new ProblemError("not-found", "You have no such token.")
    return {}
  },
})
