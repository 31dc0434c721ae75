import type { Recovery } from "./oracles/recovery.ts"

const SECOND_MILLIS = 1_000
const seconds = (millis: number): string => (millis / SECOND_MILLIS).toFixed(1).padStart(6)

/** What was struck and when, one line each: the plan of the seed with what came of it. */
export const timeline = (all: readonly Recovery[], zeroMillis: number): readonly string[] =>
  all.map(({ struck, millis }) => {
    const { fault, beganAtMillis, endedAtMillis, inFlight } = struck
    const began = seconds(beganAtMillis - zeroMillis)
    const ended = endedAtMillis === undefined ? "   ?  " : seconds(endedAtMillis - zeroMillis)
    const again =
      millis === undefined ? "nothing was recorded any more" : `recorded again after ${Math.round(millis)} ms`
    return `${String(fault.number).padStart(3)} ${began}-${ended} s  ${fault.kind} [${fault.target}], ${inFlight} in flight, ${again}`
  })
