import type { LoopFigures } from "../product/open.ts"
import { percentile, rounded } from "../statistics.ts"
import type { LoopResult } from "./closed-loop.ts"

export const figuresOf = ({ perSecond, count, latenciesMillis }: LoopResult): LoopFigures => {
  const at = (share: number) => rounded(percentile(latenciesMillis, share))
  return { perSecond, count, p50Millis: at(0.5), p99Millis: at(0.99) }
}
