import { asBoolean, createPreference } from "#src/lib/preferences.ts"
import { minutesOf } from "#src/needs/notify/model.ts"
import type { QuietHours } from "#src/needs/notify/model.ts"

/** Kept in this browser: another machine may be in another room. Everything is off until the person asks for it. */
export const notifications = createPreference("needs.notifications", false, asBoolean)
export const sound = createPreference("needs.sound", false, asBoolean)
export const isQuietOn = createPreference("needs.quiet-on", false, asBoolean)

const asQuietHours = (stored: unknown): QuietHours | undefined => {
  if (typeof stored !== "object" || stored === null || !("from" in stored) || !("to" in stored)) return undefined
  const { from, to } = stored
  const isTime = (value: unknown): value is string => typeof value === "string" && minutesOf(value) !== undefined
  return isTime(from) && isTime(to) ? { from, to } : undefined
}

export const quietHours = createPreference<QuietHours>("needs.quiet", { from: "22:00", to: "08:00" }, asQuietHours)
