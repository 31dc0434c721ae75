import { createRootChoice } from "#src/lib/root-choice.ts"

export const THEMES = ["light", "dark", "system"] as const
export type Theme = (typeof THEMES)[number]

/** `system` follows the operating system. */
export const { value: theme, set: setTheme } = createRootChoice<Theme>("theme", "system", THEMES)

/** The next theme in the order light, dark, system. */
export function nextTheme(current: Theme): Theme {
  return THEMES[(THEMES.indexOf(current) + 1) % THEMES.length] ?? "system"
}
