import type { MemberDoc } from "@muster/contracts"
import { MENTIONS_MAX } from "@muster/domain"

export interface MentionInProgress {
  /** What was typed after the @, perhaps nothing yet. */
  readonly query: string
  /** Where the @ stands. */
  readonly start: number
}

const HANDLE_SIGNS = /^[a-z0-9-]*$/

/** The mention that is being typed at the caret: an @ at the start of a word, and a handle's signs up to the caret. */
export function mentionAt(text: string, caret: number): MentionInProgress | undefined {
  const start = text.lastIndexOf("@", caret - 1)
  if (start < 0 || /[\w@.-]/.test(text[start - 1] ?? " ")) return undefined
  const query = text.slice(start + 1, caret).toLowerCase()
  return HANDLE_SIGNS.test(query) ? { query, start } : undefined
}

/** The text with the mention completed, and where the caret stands after it. */
export function completeMention(
  text: string,
  mention: MentionInProgress,
  caret: number,
  handle: string,
): { readonly text: string; readonly caret: number } {
  const before = `${text.slice(0, mention.start)}@${handle} `
  return { text: before + text.slice(caret).replace(/^ /, ""), caret: before.length }
}

/** Members whose handle or name begins with what was typed. */
export const mentionChoices = (members: ReadonlyArray<MemberDoc>, query: string): ReadonlyArray<MemberDoc> =>
  members.filter((member) => member.handle.startsWith(query) || member.name.toLowerCase().startsWith(query))

/** The members that a text addresses, each once, as many as a message may hold. */
export function mentionedMembers(text: string, members: ReadonlyArray<MemberDoc>): ReadonlyArray<MemberDoc> {
  const handles = new Set(
    Array.from(text.matchAll(/(?<![\w@.-])@([a-z0-9][a-z0-9-]{0,31})/gi), ([, h]) => h?.toLowerCase()),
  )
  return members.filter((member) => handles.has(member.handle)).slice(0, MENTIONS_MAX)
}

/** The human numbers of the tasks that a text names, in its order, each once. */
export const taskNumbersIn = (text: string): ReadonlyArray<number> => [
  ...new Set(Array.from(text.matchAll(/(?<![\w-])T-(\d{1,9})\b/g), ([, digits]) => Number(digits))),
]
