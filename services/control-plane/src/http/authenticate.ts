import type { OperationalState } from "@muster/operational-state"
import type { PersonSubject } from "#src/http/calls.ts"
import { ProblemError } from "#src/http/problem.ts"

/** The person behind a session id. Fails with ProblemError `unauthenticated`. */
export const authenticate = async (state: OperationalState, sessionId: string | undefined): Promise<PersonSubject> => {
  const session = sessionId === undefined ? undefined : await state.sessions.read(sessionId)
  if (session === undefined) throw new ProblemError("unauthenticated")
  const { userId, orgId, role, name } = session
  return { kind: "person", userId, orgId, role, name }
}
