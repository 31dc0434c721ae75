import { type Answer, fragmentsOf } from "#src/answer.ts"
import type { Conversation, Turn } from "#src/conversation.ts"
import { type Dialect, frame, type Refusal } from "#src/dialects/dialect.ts"
import { RequestUnreadable } from "#src/errors.ts"
import { isObject, type JsonObject, listOf, objectsOf, stringOf, textOf } from "#src/json.ts"

/** What tools answered comes in a message of the user; words of a person may stand beside it. */
const turnsOf = ({ role, content }: JsonObject): readonly Turn[] => {
  if (role === "assistant") return [{ role, text: textOf(content) }]
  if (role !== "user") return []
  const results = objectsOf(content).filter(({ type }) => type === "tool_result")
  const text = textOf(content)
  return [
    ...results.map((result): Turn => ({ role: "tool", text: textOf(result["content"]) })),
    ...(text === "" ? [] : [{ role, text } as const]),
  ]
}

const read = (body: JsonObject): Conversation => {
  if (!Array.isArray(body["messages"])) throw new RequestUnreadable({ message: "messages is missing" })
  return {
    model: stringOf(body["model"]),
    system: textOf(body["system"]),
    turns: objectsOf(body["messages"]).flatMap(turnsOf),
    tools: objectsOf(body["tools"]).map(({ name, input_schema: schema }) => ({
      name: stringOf(name),
      required: isObject(schema) ? listOf(schema["required"]).map(String) : [],
    })),
    isStream: body["stream"] === true,
    wantsUsage: true,
  }
}

type Block = { readonly block: JsonObject; readonly begun: JsonObject; readonly deltas: readonly JsonObject[] }

/** Clients send it back with the thought; nobody here reads it. */
const SIGNATURE = "scripted"

const blocksOf = ({ thought, text, toolCalls }: Answer): readonly Block[] => [
  ...(thought === ""
    ? []
    : [
        {
          block: { type: "thinking", thinking: thought, signature: SIGNATURE },
          begun: { type: "thinking", thinking: "", signature: "" },
          deltas: [
            ...fragmentsOf(thought).map((thinking) => ({ type: "thinking_delta", thinking })),
            { type: "signature_delta", signature: SIGNATURE },
          ],
        },
      ]),
  ...(text === ""
    ? []
    : [
        {
          block: { type: "text", text },
          begun: { type: "text", text: "" },
          deltas: fragmentsOf(text).map((fragment) => ({ type: "text_delta", text: fragment })),
        },
      ]),
  ...toolCalls.map(({ id, name, argumentsJson }) => ({
    block: { type: "tool_use", id: `toolu_${id}`, name, input: JSON.parse(argumentsJson) as unknown },
    begun: { type: "tool_use", id: `toolu_${id}`, name, input: {} },
    deltas: fragmentsOf(argumentsJson).map((json) => ({ type: "input_json_delta", partial_json: json })),
  })),
]

const stopOf = ({ toolCalls }: Answer): string => (toolCalls.length === 0 ? "end_turn" : "tool_use")

const usageOf = ({ usage: { inputTokens, outputTokens } }: Answer): JsonObject => ({
  input_tokens: inputTokens,
  cache_creation_input_tokens: 0,
  cache_read_input_tokens: 0,
  output_tokens: outputTokens,
})

const whole = (answer: Answer): JsonObject => ({
  id: `msg_${answer.id}`,
  type: "message",
  role: "assistant",
  model: answer.model,
  content: blocksOf(answer).map(({ block }) => block),
  stop_reason: stopOf(answer),
  stop_sequence: null,
  usage: usageOf(answer),
})

const frames = (answer: Answer): readonly string[] => {
  const event = (type: string, fields: JsonObject): string => frame({ type, ...fields }, type)
  const start = { ...whole(answer), content: [], stop_reason: null, usage: { ...usageOf(answer), output_tokens: 0 } }
  return [
    event("message_start", { message: start }),
    ...blocksOf(answer).flatMap(({ begun, deltas }, index) => [
      event("content_block_start", { index, content_block: begun }),
      ...deltas.map((delta) => event("content_block_delta", { index, delta })),
      event("content_block_stop", { index }),
    ]),
    event("message_delta", {
      delta: { stop_reason: stopOf(answer), stop_sequence: null },
      usage: { output_tokens: answer.usage.outputTokens },
    }),
    event("message_stop", {}),
  ]
}

const ERROR_TYPES: Readonly<Record<number, string>> = {
  400: "invalid_request_error",
  401: "authentication_error",
  404: "not_found_error",
  413: "request_too_large",
  429: "rate_limit_error",
}

const refusal = ({ status, message }: Refusal): JsonObject => ({
  type: "error",
  error: { type: ERROR_TYPES[status] ?? "api_error", message },
})

/** `POST /v1/messages`, the dialect of Anthropic. */
export const messages: Dialect = { read, whole, frames, refusal }
