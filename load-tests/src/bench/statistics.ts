import type { Spread } from "./frame.ts"

const sorted = (values: readonly number[]): readonly number[] => [...values].sort((a, b) => a - b)

/** Throws when there are no values. */
export const median = (values: readonly number[]): number => {
  const ordered = sorted(values)
  const middle = ordered.length / 2
  const upper = ordered[Math.floor(middle)]
  const lower = ordered[Math.ceil(middle) - 1]
  if (upper === undefined || lower === undefined) throw new RangeError("there is no median of nothing")
  return (upper + lower) / 2
}

export const spreadOf = (values: readonly number[]): Spread => ({ min: Math.min(...values), max: Math.max(...values) })

/** The value that `share` (0 to 1) of the values do not exceed (nearest rank). Throws when there are none. */
export const percentile = (values: readonly number[], share: number): number => {
  const ordered = sorted(values)
  const found = ordered[Math.max(0, Math.ceil(share * ordered.length) - 1)]
  if (found === undefined) throw new RangeError("there is no percentile of nothing")
  return found
}

/** With so many significant digits as such measurements deserve. */
export const rounded = (value: number, digits = 4): number => Number(value.toPrecision(digits))

/** Slope of a straight line through the points (least squares). */
export const slopeOf = (points: readonly (readonly [x: number, y: number])[]): number => {
  const count = points.length
  if (count < 2) throw new RangeError("a line needs two points")
  const meanX = points.reduce((sum, [x]) => sum + x, 0) / count
  const meanY = points.reduce((sum, [, y]) => sum + y, 0) / count
  const over = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0)
  const under = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0)
  if (under === 0) throw new RangeError("a line needs two different places")
  return over / under
}
