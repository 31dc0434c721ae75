import { Schema } from "effect"
import { CommandId, type EventId, IncarnationId, MemberId, OrgId, type Position, TeamId, UserId } from "#src/ids.ts"

/** Who caused an event. `via` names the door: a browser, the agent protocol, the dispatcher. */
export const Actor = Schema.Union([
  Schema.Struct({ kind: Schema.Literal("person"), id: UserId, via: Schema.Literals(["web", "api", "cli"]) }),
  Schema.Struct({
    kind: Schema.Literal("member"),
    id: MemberId,
    incarnation: Schema.optionalKey(IncarnationId),
    onBehalfOf: Schema.optionalKey(UserId),
    via: Schema.Literals(["bus", "agent-api"]),
  }),
  Schema.Struct({
    kind: Schema.Literal("system"),
    id: Schema.Literals(["setup", "dispatcher", "provisioner", "control-plane"]),
    via: Schema.Literal("service"),
  }),
])
export type Actor = typeof Actor.Type

/** What every event carries beside its data. `team` is absent only for events above a team (organisation, users). */
export const EventMeta = Schema.Struct({
  org: OrgId,
  team: Schema.optionalKey(TeamId),
  actor: Actor,
  commandId: CommandId,
  correlationId: Schema.String,
  causationId: Schema.optionalKey(Schema.String),
  traceparent: Schema.optionalKey(Schema.String),
})
export type EventMeta = typeof EventMeta.Type

/** An event as the caller hands it to the log. The caller mints the id (uuid v7), so that a retry is recognised. */
export interface NewEvent {
  readonly id: EventId
  readonly type: string
  readonly schema: number
  readonly data: object
  readonly meta: EventMeta
}

/** An event as the log gives it back. `at` is RFC 3339 in UTC with milliseconds; `revision` counts from 1 in its stream. */
export interface RecordedEvent {
  readonly id: EventId
  readonly stream: string
  readonly revision: number
  readonly position: Position
  readonly type: string
  readonly schema: number
  readonly data: unknown
  readonly meta: EventMeta
  readonly at: string
}
