import { createRootChoice } from "#src/lib/root-choice.ts"

export const DENSITIES = ["comfortable", "compact"] as const
export type Density = (typeof DENSITIES)[number]

/** Only the heights of controls and rows follow it (src/styles/tokens.css). */
export const { value: density, set: setDensity } = createRootChoice<Density>("density", "comfortable", DENSITIES)
