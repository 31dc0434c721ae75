import type { Answer } from "#src/answer.ts"
import type { Conversation } from "#src/conversation.ts"
import type { JsonObject } from "#src/json.ts"

export interface Refusal {
  readonly status: number
  /** The word for it in the dialect of OpenAI. */
  readonly code: string
  readonly message: string
}

/** How one family of clients writes requests and reads answers. */
export interface Dialect {
  /** Fails with RequestUnreadable. */
  readonly read: (body: JsonObject) => Conversation
  readonly whole: (answer: Answer) => JsonObject
  /** The answer as server-sent events. Put together they say what `whole` says. */
  readonly frames: (answer: Answer, conversation: Conversation) => readonly string[]
  readonly refusal: (refusal: Refusal) => JsonObject
}

/** One server-sent event. */
export const frame = (data: JsonObject, event?: string): string =>
  `${event === undefined ? "" : `event: ${event}\n`}data: ${JSON.stringify(data)}\n\n`

/** Errors as OpenAI writes them; both of its dialects do. */
export const openAiRefusal = ({ code, message }: Refusal): JsonObject => ({
  error: { message, type: code, code, param: null },
})
