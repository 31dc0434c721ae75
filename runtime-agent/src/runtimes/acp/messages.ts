import { Option, Schema } from "effect"
import { MessageUnreadable } from "#src/runtimes/acp/errors.ts"

const nullable = <S extends Schema.Schema<unknown>>(schema: S) => Schema.optionalKey(Schema.NullOr(schema))

/** What is read of the protocol's messages. Everything else in them is passed over. */
export const Initialized = Schema.Struct({
  protocolVersion: Schema.Number,
  agentCapabilities: nullable(
    Schema.Struct({
      loadSession: nullable(Schema.Boolean),
      mcpCapabilities: nullable(Schema.Struct({ http: nullable(Schema.Boolean) })),
    }),
  ),
})
export const SessionMade = Schema.Struct({ sessionId: Schema.NonEmptyString })
export const Prompted = Schema.Struct({ stopReason: Schema.String, usage: Schema.optionalKey(Schema.Unknown) })

/** Checks a message. Fails with MessageUnreadable. */
export const read = <A>(schema: Schema.Decoder<A>, value: unknown, what: string): A => {
  const decoded = Schema.decodeUnknownOption(schema)(value)
  if (Option.isSome(decoded)) return decoded.value
  throw new MessageUnreadable({ message: `the agent's answer to ${what} can not be read` })
}

const Call = Schema.Struct({ toolCallId: Schema.String })
const PermissionAsked = Schema.Struct({
  toolCall: Call,
  options: Schema.Array(Schema.Struct({ optionId: Schema.String, kind: Schema.String })),
})
const FormAsked = Schema.Struct({
  mode: Schema.String,
  message: Schema.String,
  requestedSchema: Schema.optionalKey(
    Schema.Struct({
      properties: Schema.optionalKey(Schema.Record(Schema.String, Schema.Record(Schema.String, Schema.Unknown))),
    }),
  ),
})
export const isPermissionAsked = Schema.is(PermissionAsked)
export const isFormAsked = Schema.is(FormAsked)
