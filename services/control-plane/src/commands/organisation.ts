import { type EventMeta, fact, type OrgId, OrgId as OrgIdSchema, START, streams, toNewEvents } from "@muster/domain"
import type { EventStore } from "@muster/event-store"
import { v5 } from "uuid"
import { commandIdOf, eventIdOf } from "#src/commands/keys.ts"

export const DEFAULT_ORGANISATION_NAME = "Muster"
/** The first organisation is among the first events of a log; no other service writes before it. */
const LOOK_AT_EVENTS = 50
const REQUEST = "default-organisation"

/**
 * The organisation that this installation was set up with; made when the log is empty. Several processes may ask at once: its id
 * follows from the log's generation, so they make the same one. Rejects with LogUnavailable.
 */
export const ensureOrganisation = async (
  log: EventStore,
  { name = DEFAULT_ORGANISATION_NAME }: { readonly name?: string } = {},
): Promise<{ readonly orgId: OrgId; readonly name: string }> => {
  const begin = await log.readAll({ after: START, limit: LOOK_AT_EVENTS })
  const known = begin.find((event) => event.type === "OrganisationCreated")
  if (known !== undefined) {
    const data = known.data as { readonly orgId: OrgId; readonly name: string }
    return { orgId: data.orgId, name: data.name }
  }
  const orgId = OrgIdSchema.make(v5(REQUEST, await log.generation()))
  const stream = streams.org(orgId)
  const commandId = commandIdOf(orgId, "setup", REQUEST)
  const meta: EventMeta = {
    org: orgId,
    actor: { kind: "system", id: "setup", via: "service" },
    commandId,
    correlationId: commandId,
  }
  const events = toNewEvents([fact("OrganisationCreated", { orgId, name })], meta, (index) =>
    eventIdOf(commandId, stream, REQUEST, index),
  )
  const [verdict] = await log.append([{ stream, expectedRevision: 0, events }])
  if (verdict?.ok === false && verdict.error._tag !== "WrongExpectedRevision") throw verdict.error
  return { orgId, name }
}
