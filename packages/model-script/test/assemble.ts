/** What clients make of streams, written after the documentation of each dialect and not after our code. */
const dataOf = (stream: string): readonly string[] =>
  stream
    .split("\n\n")
    .flatMap((block) => block.split("\n").filter((line) => line.startsWith("data: ")))
    .map((line) => line.slice("data: ".length))

interface Call {
  id: string
  type: string
  function: { name: string; arguments: string }
}
interface ChatChunk {
  readonly id: string
  readonly model: string
  readonly usage?: unknown
  readonly choices: readonly {
    readonly delta: {
      readonly content?: string
      readonly reasoning_content?: string
      readonly tool_calls?: readonly (Partial<Call> & { readonly index: number })[]
    }
    readonly finish_reason: string | null
  }[]
}

/** The message, the reason to stop and the usage of a stream of chat completions. */
export const assembleChat = (stream: string) => {
  const data = dataOf(stream)
  if (data.at(-1) !== "[DONE]") throw new Error("the stream has no end")
  const chunks = data.slice(0, -1).map((text) => JSON.parse(text) as ChatChunk)
  let content = ""
  let reasoning = ""
  let finishReason: string | null = null
  const calls: Call[] = []
  for (const { delta, finish_reason: finish } of chunks.flatMap(({ choices }) => choices)) {
    content += delta.content ?? ""
    reasoning += delta.reasoning_content ?? ""
    finishReason = finish ?? finishReason
    for (const { index, id, type, function: part } of delta.tool_calls ?? []) {
      const call = (calls[index] ??= {
        id: id ?? "",
        type: type ?? "",
        function: { name: part?.name ?? "", arguments: "" },
      })
      call.function.arguments += part?.arguments ?? ""
    }
  }
  return {
    id: chunks[0]?.id,
    model: chunks[0]?.model,
    message: {
      role: "assistant",
      content: content === "" ? null : content,
      ...(reasoning === "" ? {} : { reasoning_content: reasoning }),
      ...(calls.length === 0 ? {} : { tool_calls: calls }),
    },
    finishReason,
    usage: chunks.findLast(({ usage }) => usage !== undefined)?.usage,
  }
}

interface Item {
  readonly type: string
  readonly summary?: unknown
  readonly content?: unknown
  readonly arguments?: string
}
interface ResponseEvent {
  readonly type: string
  readonly sequence_number: number
  readonly output_index?: number
  readonly item?: Item
  readonly delta?: string
  readonly response?: unknown
}

/** The output of a stream of the Responses API out of its deltas, and the response that its end tells. */
export const assembleResponses = (stream: string) => {
  const events = dataOf(stream).map((text) => JSON.parse(text) as ResponseEvent)
  const grown: string[] = []
  const items: Item[] = []
  for (const { type, output_index: index = 0, item, delta } of events) {
    if (type === "response.output_item.added") grown[index] = ""
    else if (type.endsWith(".delta")) grown[index] = (grown[index] ?? "") + (delta ?? "")
    else if (type === "response.output_item.done" && item !== undefined) items.push(item)
  }
  return {
    numbers: events.map(({ sequence_number: number }) => number),
    items,
    grown,
    end: events.findLast(({ type }) => type === "response.completed")?.response,
  }
}

interface Block {
  readonly type: string
  readonly text?: string
  readonly thinking?: string
  readonly signature?: string
  readonly input?: unknown
}
interface MessageEvent {
  readonly type: string
  readonly index?: number
  readonly message?: Readonly<Record<string, unknown>> & { readonly usage: Readonly<Record<string, unknown>> }
  readonly content_block?: Block
  readonly delta?: Readonly<Record<string, string | null>>
  readonly usage?: Readonly<Record<string, unknown>>
}

/** The message of a stream in the dialect of Anthropic. */
export const assembleMessages = (stream: string): Readonly<Record<string, unknown>> => {
  let message: Readonly<Record<string, unknown>> = {}
  let usage: Readonly<Record<string, unknown>> = {}
  const content: Block[] = []
  const json: string[] = []
  let isOver = false
  for (const event of dataOf(stream).map((text) => JSON.parse(text) as MessageEvent)) {
    const { index = 0, delta = {} } = event
    const block = content[index]
    if (event.type === "message_start" && event.message !== undefined) ({ usage, ...message } = event.message)
    if (event.type === "content_block_start" && event.content_block !== undefined) content[index] = event.content_block
    if (event.type === "content_block_delta" && block !== undefined) {
      json[index] = (json[index] ?? "") + (delta["partial_json"] ?? "")
      content[index] = {
        ...block,
        ...(block.text === undefined ? {} : { text: block.text + (delta["text"] ?? "") }),
        ...(block.thinking === undefined ? {} : { thinking: block.thinking + (delta["thinking"] ?? "") }),
        ...(block.signature === undefined ? {} : { signature: block.signature + (delta["signature"] ?? "") }),
      }
    }
    if (event.type === "content_block_stop" && block?.type === "tool_use")
      content[index] = { ...block, input: JSON.parse(json[index] ?? "") as unknown }
    if (event.type === "message_delta") {
      message = { ...message, ...delta }
      usage = { ...usage, ...event.usage }
    }
    if (event.type === "message_stop") isOver = true
  }
  if (!isOver) throw new Error("the stream has no end")
  return { ...message, content, usage }
}
