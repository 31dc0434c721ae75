/** What all dialects come to: who said what, in order. */
export type Turn =
  | { readonly role: "user"; readonly text: string }
  | { readonly role: "assistant"; readonly text: string }
  | { readonly role: "tool"; readonly text: string }

export interface OfferedTool {
  readonly name: string
  /** The arguments it cannot do without. */
  readonly required: readonly string[]
}

export interface Conversation {
  readonly model: string
  readonly system: string
  readonly turns: readonly Turn[]
  readonly tools: readonly OfferedTool[]
  readonly isStream: boolean
  /** Chat completions tell the usage of a stream only when asked for it. */
  readonly wantsUsage: boolean
}

/** What the model did in one turn, and what came back from the tools. */
export interface PastTurn {
  readonly results: readonly string[]
}

export interface SinceUser {
  /** The last thing a person said. */
  readonly userText: string
  readonly past: readonly PastTurn[]
}

/** Remarks that agents put between turns in the name of the user. They are no new message of a person. */
const REMARKS =
  /<system-reminder>[\s\S]*?<\/system-reminder>|<<<BEGIN_OPENCLAW_INTERNAL_CONTEXT>>>[\s\S]*?<<<END_OPENCLAW_INTERNAL_CONTEXT>>>/gu

const isFromPerson = (turn: Turn): boolean => turn.role === "user" && turn.text.replace(REMARKS, "").trim() !== ""

/** What happened since a person last said something. Several user turns in a row are one message. */
export const sinceUser = ({ turns }: Conversation): SinceUser => {
  const last = turns.findLastIndex(isFromPerson)
  let first = last
  while (first > 0 && turns[first - 1]?.role === "user") first -= 1
  const userText = turns
    .slice(Math.max(first, 0), last + 1)
    .map(({ text }) => text)
    .join("\n")
  const past: { readonly results: string[] }[] = []
  let isInTurn = false
  for (const turn of turns.slice(last + 1)) {
    if (turn.role === "assistant") {
      // Text and tool calls of one answer may come back as several items.
      if (!isInTurn) past.push({ results: [] })
      isInTurn = true
    } else {
      isInTurn = false
      if (turn.role === "tool") past.at(-1)?.results.push(turn.text)
    }
  }
  return { userText, past }
}
