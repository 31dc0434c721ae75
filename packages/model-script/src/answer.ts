import { createHash } from "node:crypto"
import type { Conversation } from "#src/conversation.ts"
import { CHARS_PER_TOKEN, FRAGMENT_CHARS } from "#src/limits.ts"

export interface ToolCall {
  readonly id: string
  readonly name: string
  /** JSON of an object. */
  readonly argumentsJson: string
}

export interface TokenCount {
  readonly inputTokens: number
  readonly outputTokens: number
}

/** One turn of the model, in no dialect yet. */
export interface Answer {
  /** Letters and digits; each dialect puts its prefix before it. */
  readonly id: string
  readonly model: string
  readonly createdSeconds: number
  readonly thought: string
  readonly text: string
  readonly toolCalls: readonly ToolCall[]
  readonly usage: TokenCount
}

const tokensOf = (text: string): number => Math.ceil(text.length / CHARS_PER_TOKEN)

/** Tokens of a conversation and of what is answered: counted, not measured, and the same for the same text. */
export const countTokens = (
  { system, turns }: Pick<Conversation, "system" | "turns">,
  { thought, text, toolCalls }: Pick<Answer, "thought" | "text" | "toolCalls">,
): TokenCount => ({
  inputTokens: turns.reduce((sum, turn) => sum + tokensOf(turn.text), tokensOf(system)),
  outputTokens: toolCalls.reduce(
    (sum, { name, argumentsJson }) => sum + tokensOf(name + argumentsJson),
    tokensOf(thought) + tokensOf(text),
  ),
})

/** Cuts a text into fragments of whole characters; none for an empty one. Joined they are the text. */
export const fragmentsOf = (text: string, chars: number = FRAGMENT_CHARS): readonly string[] => {
  const points = Array.from(text)
  return Array.from({ length: Math.ceil(points.length / chars) }, (_, n) =>
    points.slice(n * chars, (n + 1) * chars).join(""),
  )
}

/** A short name of a place in a conversation: the same request comes to the same name. */
export const placeOf = ({ system, turns }: Conversation, step: number): string =>
  createHash("sha256")
    .update(JSON.stringify([system, turns, step]))
    .digest("base64url")
