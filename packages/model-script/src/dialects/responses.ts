import { type Answer, fragmentsOf } from "#src/answer.ts"
import type { Conversation, Turn } from "#src/conversation.ts"
import { type Dialect, frame, openAiRefusal } from "#src/dialects/dialect.ts"
import { RequestUnreadable } from "#src/errors.ts"
import { isObject, type JsonObject, listOf, objectsOf, stringOf, textOf } from "#src/json.ts"

const turnOf = (item: JsonObject): readonly Turn[] => {
  const { type, role, content, output } = item
  if (type === "function_call_output" || type === "custom_tool_call_output")
    return [{ role: "tool", text: textOf(output) }]
  if (type === "function_call" || type === "custom_tool_call" || type === "reasoning")
    return [{ role: "assistant", text: "" }]
  if (role === "user" || role === "assistant") return [{ role, text: textOf(content) }]
  return []
}

const read = (body: JsonObject): Conversation => {
  const { input } = body
  if (typeof input !== "string" && !Array.isArray(input)) throw new RequestUnreadable({ message: "input is missing" })
  const items = typeof input === "string" ? [{ role: "user", content: input }] : objectsOf(input)
  const instructions = items
    .filter(({ role }) => role === "system" || role === "developer")
    .map(({ content }) => textOf(content))
  return {
    model: stringOf(body["model"]),
    system: [stringOf(body["instructions"]), ...instructions].join("\n"),
    turns: items.flatMap(turnOf),
    tools: objectsOf(body["tools"])
      .filter(({ name }) => typeof name === "string")
      .map(({ name, parameters }) => ({
        name: stringOf(name),
        required: isObject(parameters) ? listOf(parameters["required"]).map(String) : [],
      })),
    isStream: body["stream"] === true,
    wantsUsage: true,
  }
}

/** Items of the output in the order in which they come; `parts` is what grows while the item is streamed. */
const itemsOf = (answer: Answer): readonly JsonObject[] => [
  ...(answer.thought === ""
    ? []
    : [{ id: `rs_${answer.id}`, type: "reasoning", summary: [{ type: "summary_text", text: answer.thought }] }]),
  ...(answer.text === ""
    ? []
    : [
        {
          id: `msg_${answer.id}`,
          type: "message",
          status: "completed",
          role: "assistant",
          content: [{ type: "output_text", text: answer.text, annotations: [], logprobs: [] }],
        },
      ]),
  ...answer.toolCalls.map(({ id, name, argumentsJson }) => ({
    id: `fc_${id}`,
    type: "function_call",
    status: "completed",
    call_id: `call_${id}`,
    name,
    arguments: argumentsJson,
  })),
]

const usageOf = ({ usage: { inputTokens, outputTokens } }: Answer): JsonObject => ({
  input_tokens: inputTokens,
  input_tokens_details: { cached_tokens: 0 },
  output_tokens: outputTokens,
  output_tokens_details: { reasoning_tokens: 0 },
  total_tokens: inputTokens + outputTokens,
})

const response = (answer: Answer, status: string, output: readonly JsonObject[], usage: JsonObject | null) => ({
  id: `resp_${answer.id}`,
  object: "response",
  created_at: answer.createdSeconds,
  status,
  error: null,
  incomplete_details: null,
  model: answer.model,
  output,
  parallel_tool_calls: true,
  tool_choice: "auto",
  tools: [],
  usage,
})

const whole = (answer: Answer): JsonObject => response(answer, "completed", itemsOf(answer), usageOf(answer))

type Event = readonly [type: string, fields: JsonObject]

const reasoning = (answer: Answer, place: JsonObject): readonly Event[] => {
  const at = { ...place, summary_index: 0 }
  const part = (text: string) => ({ type: "summary_text", text })
  return [
    ["response.reasoning_summary_part.added", { ...at, part: part("") }],
    ...fragmentsOf(answer.thought).map((delta): Event => ["response.reasoning_summary_text.delta", { ...at, delta }]),
    ["response.reasoning_summary_text.done", { ...at, text: answer.thought }],
    ["response.reasoning_summary_part.done", { ...at, part: part(answer.thought) }],
  ]
}

const message = (answer: Answer, place: JsonObject): readonly Event[] => {
  const at = { ...place, content_index: 0 }
  const part = (text: string) => ({ type: "output_text", text, annotations: [], logprobs: [] })
  return [
    ["response.content_part.added", { ...at, part: part("") }],
    ...fragmentsOf(answer.text).map((delta): Event => ["response.output_text.delta", { ...at, delta, logprobs: [] }]),
    ["response.output_text.done", { ...at, text: answer.text, logprobs: [] }],
    ["response.content_part.done", { ...at, part: part(answer.text) }],
  ]
}

const call = (argumentsJson: string, place: JsonObject): readonly Event[] => [
  ...fragmentsOf(argumentsJson).map((delta): Event => ["response.function_call_arguments.delta", { ...place, delta }]),
  ["response.function_call_arguments.done", { ...place, arguments: argumentsJson }],
]

const begun = (item: JsonObject): JsonObject => {
  switch (item["type"]) {
    case "reasoning":
      return { ...item, summary: [] }
    case "message":
      return { ...item, status: "in_progress", content: [] }
    default:
      return { ...item, status: "in_progress", arguments: "" }
  }
}

const itemEvents = (answer: Answer, item: JsonObject, index: number): readonly Event[] => {
  const place = { item_id: item["id"], output_index: index }
  const middle =
    item["type"] === "reasoning"
      ? reasoning(answer, place)
      : item["type"] === "message"
        ? message(answer, place)
        : call(stringOf(item["arguments"]), place)
  return [
    ["response.output_item.added", { output_index: index, item: begun(item) }],
    ...middle,
    ["response.output_item.done", { output_index: index, item }],
  ]
}

const frames = (answer: Answer): readonly string[] => {
  const events: readonly Event[] = [
    ["response.created", { response: response(answer, "in_progress", [], null) }],
    ["response.in_progress", { response: response(answer, "in_progress", [], null) }],
    ...itemsOf(answer).flatMap((item, index) => itemEvents(answer, item, index)),
    ["response.completed", { response: whole(answer) }],
  ]
  return events.map(([type, fields], index) => frame({ type, sequence_number: index, ...fields }, type))
}

/** `POST /v1/responses`, the newer dialect of OpenAI. */
export const responses: Dialect = { read, whole, frames, refusal: openAiRefusal }
