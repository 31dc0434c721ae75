import { TITLE_MAX_CHARS } from "#src/limits.ts"

/** What a message wants of the agents it mentions. */
export type ChatWish =
  /** An answer. */
  | { readonly kind: "say"; readonly text: string }
  /** `/new`: that they forget what was said before. An answer, too, when there is more text. */
  | { readonly kind: "new"; readonly text: string }
  /** `/stop`: that they end what they do in the conversation. */
  | { readonly kind: "stop" }

const LEADING_MENTIONS = /^(?:\s*@[a-z0-9][a-z0-9-]{0,31}(?![\w@.-])[,:]?)+\s*/iu
const COMMAND = /^\/(new|stop)(?=\s|$)/iu

const withoutMentions = (text: string): string => text.replace(LEADING_MENTIONS, "").trim()

/** Reads a message to agents: whom it is for may stand before the command or behind it, and is not said to them again. */
export const wishOf = (message: string): ChatWish => {
  const text = withoutMentions(message)
  const [word, command] = COMMAND.exec(text) ?? []
  // A mention alone asks for something, too.
  if (word === undefined) return { kind: "say", text: text === "" ? message.trim() : text }
  if (command?.toLowerCase() === "stop") return { kind: "stop" }
  return { kind: "new", text: withoutMentions(text.slice(word.length)) }
}

/** What a turn is called in lists: the first line with words in it. */
export const turnTitle = (text: string): string => {
  const line = text.split("\n").find((each) => each.trim() !== "") ?? text
  const title = line.trim()
  return title.length <= TITLE_MAX_CHARS ? title : `${title.slice(0, TITLE_MAX_CHARS - 1).toWellFormed()}…`
}
