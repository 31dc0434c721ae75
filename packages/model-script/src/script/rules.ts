import type { Conversation } from "#src/conversation.ts"
import type { Script } from "#src/script/step.ts"

type Words = string | RegExp

/** What to do when a conversation looks so. All that is named has to match; a string matches anywhere, in any case. */
export interface Rule {
  readonly when: {
    readonly system?: Words
    /** What the person said last. */
    readonly user?: Words
    /** A tool that is offered, by its name or the end of it. */
    readonly tool?: string
  }
  readonly steps: Script
}

const says = (text: string, words: Words | undefined): boolean => {
  if (words === undefined) return true
  return typeof words === "string" ? text.toLowerCase().includes(words.toLowerCase()) : new RegExp(words).test(text)
}

/** The steps of the first rule that matches. */
export const scriptByRules = (
  rules: readonly Rule[],
  { system, tools }: Conversation,
  userText: string,
): Script | undefined =>
  rules.find(
    ({ when }) =>
      says(system, when.system) &&
      says(userText, when.user) &&
      (when.tool === undefined || tools.some(({ name }) => name === when.tool || name.endsWith(`_${when.tool}`))),
  )?.steps
