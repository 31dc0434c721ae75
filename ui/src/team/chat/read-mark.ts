import { createPreference } from "#src/lib/preferences.ts"
import type { Preference } from "#src/lib/preferences.ts"

const asMark = (stored: unknown): string | undefined =>
  typeof stored === "string" && /^\d{1,20}$/.test(stored) ? stored : undefined

/** Up to which position of the log this browser has read a team's chat; undefined where it was never open. */
export const readMark = (teamId: string): Preference<string | undefined> =>
  createPreference<string | undefined>(`chat.read.${teamId}`, undefined, asMark)
