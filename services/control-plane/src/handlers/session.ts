import type { Session } from "@muster/contracts"
import { type Actor, fact, accept, NAME_MAX_CHARS, streams, UserId } from "@muster/domain"
import { type CodeGrant, SecretRefused } from "@muster/operational-state"
import { v5 } from "uuid"
import { commandIdOf, requestHashOf } from "#src/commands/keys.ts"
import type { Person } from "#src/commands/streams-of.ts"
import type { Desk } from "#src/handlers/desk.ts"
import type { Handlers } from "#src/http/calls.ts"
import { ProblemError } from "#src/http/problem.ts"

/** What the first person is called who does not say a name. */
const OWNER_NAME = "Owner"

/** One person a name and organisation: signing in again by another code is the same person. */
const userIdOf = (orgId: string, name: string): UserId =>
  UserId.make(v5(`user:${name.normalize("NFKC").trim().toLowerCase()}`, orgId))

const actorOf = (grant: CodeGrant): Actor => ({
  kind: "system",
  id: grant.kind === "setup" ? "setup" : "control-plane",
  via: "service",
})

/** Registers whom a code lets in. Somebody who is registered keeps the recorded name and role. */
const register = async (
  { execute, streams: readers, defaultOrgId: orgId }: Desk,
  grant: CodeGrant,
  saidName: string | undefined,
): Promise<Person & { readonly userId: UserId }> => {
  const name = (grant.personName ?? saidName ?? OWNER_NAME).slice(0, NAME_MAX_CHARS)
  const userId = userIdOf(orgId, name)
  const stream = streams.user(userId)
  const { role } = grant
  const { doc } = await execute({
    stream,
    reader: readers.user,
    context: {
      // Another code may tell another name or role of the same person: that is another command, and changes nothing.
      commandId: commandIdOf(orgId, userId, `register ${role} ${name}`),
      requestHash: requestHashOf({ route: "register", params: { userId }, body: { name, role } }),
      orgId,
      actor: actorOf(grant),
    },
    decide: (person) => (person === undefined ? accept(fact("UserRegistered", { userId, name, role })) : accept()),
  })
  const person = doc.state ?? { name, role }
  if (grant.kind === "setup" && person.role !== "owner")
    throw new ProblemError("name-taken", "Somebody who is no owner has this name; choose another one.")
  return { ...person, userId }
}

type SessionRoutes = "exchangeCode" | "readSession" | "endSession"

export const sessionHandlers = (desk: Desk): Pick<Handlers, SessionRoutes> => {
  const { state, streams: readers } = desk
  const orgOf = async (orgId: string): Promise<Session["org"]> => ({
    id: orgId,
    name: (await readers.org.load(streams.org(orgId))).state.name ?? "",
  })
  return {
    exchangeCode: async ({ body, source, setSession }) => {
      const orgId = desk.defaultOrgId
      try {
        const { person, session } = await state.codes.redeem(body.code, source, async (grant) => {
          const person = await register(desk, grant, body.name)
          return { person, session: await state.sessions.create({ ...person, orgId }) }
        })
        setSession(session)
        const { userId, name, role } = person
        return { user: { id: userId, name, role }, org: await orgOf(orgId), expiresAt: session.expiresAt }
      } catch (error) {
        if (error instanceof SecretRefused)
          throw new ProblemError("code-refused", "It was used, has expired, or is mistyped. Ask for a new one.", {
            cause: error,
          })
        throw error
      }
    },

    readSession: async ({ subject, sessionId }) => {
      const session = sessionId === undefined ? undefined : await state.sessions.peek(sessionId)
      if (session === undefined) throw new ProblemError("unauthenticated")
      const { userId: id, name, role, orgId } = subject
      return { user: { id, name, role }, org: await orgOf(orgId), expiresAt: session.expiresAt }
    },

    endSession: async ({ sessionId, setSession }) => {
      if (sessionId !== undefined) {
        await state.sessions.revoke(sessionId)
        desk.endLive(sessionId)
      }
      setSession(null)
      return {}
    },
  }
}
