import tools from "@muster/contracts/tool-list.json" with { type: "json" }
import { Option, Schema } from "effect"
import { v7 } from "uuid"
import { TOOLS_BATCH_MAX } from "#src/tools/limits.ts"
import type { ToolSession } from "#src/tools/session.ts"
import { AGENT_VERSION } from "#src/version.ts"

/**
 * The server's side of the Model Context Protocol as far as tools need it: four methods over JSON-RPC. The protocol's own kit costs an agent
 * 4 MB that it would have to keep; its client proves this (`test/tools.test.ts`).
 */

/** What goes back over HTTP. Without a body: nothing was asked. */
export interface Exchange {
  readonly status: 200 | 202 | 400
  readonly body?: string
  /** Named to a client that begins: it sends it along, and its calls can be told from those of another. */
  readonly mcpSession?: string
}

/** Versions of the protocol that these answers are right for, the newest first. */
export const PROTOCOL_VERSIONS: readonly string[] = ["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"]

const PARSE_ERROR = -32_700
const INVALID_REQUEST = -32_600
const METHOD_NOT_FOUND = -32_601
const INVALID_PARAMS = -32_602

const Params = Schema.Record(Schema.String, Schema.Unknown)
/** A request, a notification (without id), or an answer to something that was never asked. */
const Message = Schema.Struct({
  jsonrpc: Schema.Literal("2.0"),
  id: Schema.optionalKey(Schema.Union([Schema.String, Schema.Finite])),
  method: Schema.optionalKey(Schema.String),
  params: Schema.optionalKey(Params),
})
type Message = typeof Message.Type
const decodeMessage = Schema.decodeUnknownOption(Message)
const decodeBegin = Schema.decodeUnknownOption(Schema.Struct({ protocolVersion: Schema.String }))
const decodeCall = Schema.decodeUnknownOption(
  Schema.Struct({ name: Schema.String, arguments: Schema.optionalKey(Params) }),
)

interface Asked extends Message {
  readonly id: string | number
  readonly method: string
}
const isAsked = (message: Message): message is Asked => message.id !== undefined && message.method !== undefined

type Answer = { readonly result: object } | { readonly error: { readonly code: number; readonly message: string } }

const fault = (code: number, message: string): Answer => ({ error: { code, message } })
const envelope = (id: string | number | null, answer: Answer): object => ({ jsonrpc: "2.0", id, ...answer })
const refused = (code: number, message: string): Exchange => ({
  status: 400,
  body: JSON.stringify(envelope(null, fault(code, message))),
})

const parse = (body: string): readonly Message[] | Exchange => {
  let json: unknown
  try {
    json = JSON.parse(body)
  } catch (error) {
    if (error instanceof SyntaxError) return refused(PARSE_ERROR, "The body is not JSON.")
    throw error
  }
  const all: readonly unknown[] = Array.isArray(json) ? json : [json]
  if (all.length === 0 || all.length > TOOLS_BATCH_MAX)
    return refused(INVALID_REQUEST, `A request holds 1 to ${TOOLS_BATCH_MAX} messages.`)
  const messages = all.map((each) => decodeMessage(each))
  return messages.every(Option.isSome)
    ? messages.map(({ value }) => value)
    : refused(INVALID_REQUEST, "This is no message of JSON-RPC 2.0.")
}

const isExchange = (value: readonly Message[] | Exchange): value is Exchange => !Array.isArray(value)

interface From {
  /** The name that `initialize` gave to whoever asks. */
  readonly client: string | undefined
  readonly signal: AbortSignal
}

const answerTo = async (
  session: ToolSession,
  { id, method, params }: Asked,
  { client, signal }: From,
): Promise<Answer> => {
  switch (method) {
    case "initialize": {
      const begin = decodeBegin(params)
      if (Option.isNone(begin)) return fault(INVALID_PARAMS, "protocolVersion is missing.")
      const { protocolVersion } = begin.value
      return {
        result: {
          protocolVersion: PROTOCOL_VERSIONS.includes(protocolVersion) ? protocolVersion : PROTOCOL_VERSIONS[0],
          capabilities: { tools: {} },
          serverInfo: { name: "muster", version: AGENT_VERSION },
        },
      }
    }
    case "ping":
      return { result: {} }
    case "tools/list":
      session.list()
      return { result: { tools } }
    case "tools/call": {
      const call = decodeCall(params)
      if (Option.isNone(call)) return fault(INVALID_PARAMS, "A call has a name, and arguments that are an object.")
      const { name, arguments: input = {} } = call.value
      const key = client === undefined ? v7() : `${client}:${id}`
      const { text, isError } = await session.call(name, input, key, signal)
      return { result: { content: [{ type: "text", text }], ...(isError === undefined ? {} : { isError }) } }
    }
    default:
      return fault(METHOD_NOT_FOUND, `There is no method ${method}.`)
  }
}

/** Answers one HTTP request to the tools of an assignment. */
export const exchange = async (session: ToolSession, body: string, from: From): Promise<Exchange> => {
  const messages = parse(body)
  if (isExchange(messages)) return messages
  const asked = messages.filter(isAsked)
  if (asked.length === 0) return { status: 202 }
  const answers = await Promise.all(
    asked.map(async (message) => envelope(message.id, await answerTo(session, message, from))),
  )
  return {
    status: 200,
    body: JSON.stringify(body.trimStart().startsWith("[") ? answers : answers[0]),
    ...(asked.some(({ method }) => method === "initialize") ? { mcpSession: v7() } : {}),
  }
}
