import { asOneOf, createPreference } from "#src/lib/preferences.ts"

export const THEMES = ["light", "dark", "system"] as const
export type Theme = (typeof THEMES)[number]

/** The stored choice. `public/theme.js` reads the same key before the first paint. */
const preference = createPreference<Theme>("theme", "system", asOneOf(THEMES))

export const theme = preference.value

/** Applies a theme at once and remembers it. `system` follows the operating system from then on. */
export function setTheme(next: Theme): void {
  preference.set(next)
  if (next === "system") delete document.documentElement.dataset["theme"]
  else document.documentElement.dataset["theme"] = next
}

/** The next theme in the order light, dark, system. */
export function nextTheme(current: Theme): Theme {
  return THEMES[(THEMES.indexOf(current) + 1) % THEMES.length] ?? "system"
}
