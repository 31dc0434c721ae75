import type { Role } from "@muster/domain"
import type { ApiTokenScope, OperationalState } from "@muster/operational-state"
import type { PersonSubject } from "#src/http/calls.ts"
import { ProblemError } from "#src/http/problem.ts"

/** The person behind a session id. Fails with ProblemError `unauthenticated`. */
export const authenticate = async (state: OperationalState, sessionId: string | undefined): Promise<PersonSubject> => {
  const session = sessionId === undefined ? undefined : await state.sessions.read(sessionId)
  if (session === undefined) throw new ProblemError("unauthenticated")
  const { userId, orgId, role, name } = session
  return { kind: "person", userId, orgId, role, name }
}

/** A token never has the rights of an owner, and one to read has those of a viewer. */
const roleOf = (role: Role, scope: ApiTokenScope): Role =>
  scope === "read" ? "viewer" : role === "owner" ? "operator" : role

/** The token in an Authorization header; undefined when there is none. Another scheme is an empty token, which is nobody's. */
export const bearerOf = (header: string | undefined): string | undefined =>
  header === undefined ? undefined : (/^Bearer ([A-Za-z0-9_-]+)$/iu.exec(header)?.[1] ?? "")

/** The person whose token of the API this is. Fails with ProblemError `unauthenticated`. */
export const authenticateToken = async (state: OperationalState, token: string): Promise<PersonSubject> => {
  const known = await state.apiTokens.byToken(token)
  if (known === undefined)
    throw new ProblemError("unauthenticated", "This token is not valid: it has expired, was revoked or never existed.")
  const { userId, orgId, name, role, scope, teamId } = known
  const person = { kind: "person", userId, orgId, name, role: roleOf(role, scope) } as const
  return teamId === null ? person : { ...person, teamId }
}
