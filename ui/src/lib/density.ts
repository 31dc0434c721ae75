import { asOneOf, createPreference } from "#src/lib/preferences.ts"

export const DENSITIES = ["comfortable", "compact"] as const
export type Density = (typeof DENSITIES)[number]

/** The stored choice. `public/theme.js` reads the same key before the first paint. */
const preference = createPreference<Density>("density", "comfortable", asOneOf(DENSITIES))

export const density = preference.value

/** Applies a density at once and remembers it. Only the heights of controls and rows follow it (src/styles/tokens.css). */
export function setDensity(next: Density): void {
  preference.set(next)
  if (next === "comfortable") delete document.documentElement.dataset["density"]
  else document.documentElement.dataset["density"] = next
}
