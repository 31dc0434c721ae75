import type { Usage } from "@muster/domain"
import { perLocale } from "#src/i18n/format.ts"
import { t } from "#src/i18n/index.ts"

const MICROS_PER_DOLLAR = 1_000_000
const numbers = perLocale((tag) => new Intl.NumberFormat(tag, { notation: "compact", maximumFractionDigits: 1 }))
const money = (digits: number) =>
  perLocale(
    (tag) =>
      new Intl.NumberFormat(tag, {
        style: "currency",
        currency: "USD",
        currencyDisplay: "narrowSymbol",
        minimumFractionDigits: digits,
        maximumFractionDigits: digits,
      }),
  )
const cents = money(2)
const fine = money(4)
/** What costs less than a cent is shown to the ten-thousandth of a dollar. */
const CENTS_FROM_DOLLARS = 0.01

const dollars = (costMicros: number): string => {
  const value = costMicros / MICROS_PER_DOLLAR
  return (value >= CENTS_FROM_DOLLARS || value === 0 ? cents : fine)().format(value)
}

/** What work cost at a model, on one line: tokens in and out, and money where it is known. */
export function usageText({ inputTokens, outputTokens, costMicros, isAtLeast }: Usage): string {
  const tokens = t("usage.tokens", { in: numbers().format(inputTokens), out: numbers().format(outputTokens) })
  const usage = costMicros === undefined ? tokens : t("usage.cost", { tokens, cost: dollars(costMicros) })
  return isAtLeast === true ? t("usage.at-least", { usage }) : usage
}
