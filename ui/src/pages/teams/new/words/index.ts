import { language } from "#src/i18n/language.ts"
import { en } from "#src/pages/teams/new/words/en.ts"
import type { MemberWords, TaskWords } from "#src/pages/teams/new/words/shape.ts"
import { zh } from "#src/pages/teams/new/words/zh.ts"

/** Words of a template as a list of them is read: handles and parts by their names. */
export interface ReadWords {
  readonly name: string
  readonly detail: string
  readonly members: Readonly<Record<string, MemberWords>>
  readonly firstWork: Readonly<Record<string, TaskWords>>
}

/**
 * What the templates say, in the language of the page. They are long and for the wizard alone, so they stand beside it and not in the
 * dictionary that every page loads.
 */
export const templateWords = (id: keyof typeof en): ReadWords => (language() === "zh" ? zh : en)[id]
