import { CommandId, EventId, type EventMeta, type NewEvent, OrgId } from "@muster/domain"
import { v7 } from "uuid"

const org = OrgId.make(v7())

const newMeta = (): EventMeta => ({
  org,
  actor: { kind: "system", id: "setup", via: "service" },
  commandId: CommandId.make(v7()),
  correlationId: v7(),
})

/** An event fit to be stored, with an id of its own. */
export const newEvent = (fields: Partial<NewEvent> = {}): NewEvent => ({
  id: EventId.make(v7()),
  type: "SomethingHappened",
  schema: 1,
  data: { note: "something" },
  meta: newMeta(),
  ...fields,
})

export const newEvents = (count: number): NewEvent[] => Array.from({ length: count }, () => newEvent())

/** A stream name that no other test uses. */
export const newStream = (prefix = "task"): string => `${prefix}-${v7()}`
