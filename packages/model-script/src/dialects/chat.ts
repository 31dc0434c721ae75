import { type Answer, fragmentsOf } from "#src/answer.ts"
import type { Conversation, OfferedTool, Turn } from "#src/conversation.ts"
import { type Dialect, frame, openAiRefusal } from "#src/dialects/dialect.ts"
import { RequestUnreadable } from "#src/errors.ts"
import { isObject, type JsonObject, listOf, objectsOf, stringOf, textOf } from "#src/json.ts"

const toolOf = ({ function: offered }: JsonObject): readonly OfferedTool[] =>
  isObject(offered)
    ? [
        {
          name: stringOf(offered["name"]),
          required: isObject(offered["parameters"]) ? listOf(offered["parameters"]["required"]).map(String) : [],
        },
      ]
    : []

const turnOf = ({ role, content }: JsonObject): readonly Turn[] => {
  const text = textOf(content)
  if (role === "user" || role === "assistant" || role === "tool") return [{ role, text }]
  return []
}

const read = (body: JsonObject): Conversation => {
  if (!Array.isArray(body["messages"])) throw new RequestUnreadable({ message: "messages is missing" })
  const messages = objectsOf(body["messages"])
  const options = body["stream_options"]
  return {
    model: stringOf(body["model"]),
    system: messages
      .filter(({ role }) => role === "system" || role === "developer")
      .map(({ content }) => textOf(content))
      .join("\n"),
    turns: messages.flatMap(turnOf),
    tools: objectsOf(body["tools"]).flatMap(toolOf),
    isStream: body["stream"] === true,
    wantsUsage: isObject(options) && options["include_usage"] === true,
  }
}

const callId = (id: string): string => `call_${id}`
const finishOf = ({ toolCalls }: Answer): string => (toolCalls.length === 0 ? "stop" : "tool_calls")
const usageOf = ({ usage: { inputTokens, outputTokens } }: Answer): JsonObject => ({
  prompt_tokens: inputTokens,
  completion_tokens: outputTokens,
  total_tokens: inputTokens + outputTokens,
})

const whole = (answer: Answer): JsonObject => ({
  id: `chatcmpl-${answer.id}`,
  object: "chat.completion",
  created: answer.createdSeconds,
  model: answer.model,
  choices: [
    {
      index: 0,
      message: {
        role: "assistant",
        content: answer.text === "" ? null : answer.text,
        ...(answer.thought === "" ? {} : { reasoning_content: answer.thought }),
        ...(answer.toolCalls.length === 0
          ? {}
          : {
              tool_calls: answer.toolCalls.map(({ id, name, argumentsJson }) => ({
                id: callId(id),
                type: "function",
                function: { name, arguments: argumentsJson },
              })),
            }),
      },
      logprobs: null,
      finish_reason: finishOf(answer),
    },
  ],
  usage: usageOf(answer),
})

const frames = (answer: Answer, { wantsUsage }: Conversation): readonly string[] => {
  const head = {
    id: `chatcmpl-${answer.id}`,
    object: "chat.completion.chunk",
    created: answer.createdSeconds,
    model: answer.model,
  }
  const chunk = (delta: JsonObject, finish: string | null = null): string =>
    frame({ ...head, choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }] })
  return [
    chunk({ role: "assistant", content: "" }),
    ...fragmentsOf(answer.thought).map((text) => chunk({ reasoning_content: text })),
    ...fragmentsOf(answer.text).map((text) => chunk({ content: text })),
    ...answer.toolCalls.flatMap(({ id, name, argumentsJson }, index) => [
      chunk({ tool_calls: [{ index, id: callId(id), type: "function", function: { name, arguments: "" } }] }),
      ...fragmentsOf(argumentsJson).map((text) => chunk({ tool_calls: [{ index, function: { arguments: text } }] })),
    ]),
    chunk({}, finishOf(answer)),
    ...(wantsUsage ? [frame({ ...head, choices: [], usage: usageOf(answer) })] : []),
    "data: [DONE]\n\n",
  ]
}

/** `POST /v1/chat/completions`, as OpenAI and nearly all others serve it. */
export const chat: Dialect = { read, whole, frames, refusal: openAiRefusal }
