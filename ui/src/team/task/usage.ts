import type { Usage } from "@muster/domain"
import { t } from "#src/i18n/index.ts"

const MICROS_PER_DOLLAR = 1_000_000
const numbers = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 })
/** What costs less than a cent is shown to the ten-thousandth of a dollar. */
const CENTS_FROM_DOLLARS = 0.01

const dollars = (costMicros: number): string => {
  const value = costMicros / MICROS_PER_DOLLAR
  return `$${value.toFixed(value >= CENTS_FROM_DOLLARS || value === 0 ? 2 : 4)}`
}

/** What work cost at a model, on one line: tokens in and out, and money where it is known. */
export function usageText({ inputTokens, outputTokens, costMicros }: Usage): string {
  const tokens = t("usage.tokens", { in: numbers.format(inputTokens), out: numbers.format(outputTokens) })
  return costMicros === undefined ? tokens : t("usage.cost", { tokens, cost: dollars(costMicros) })
}
