import { RUN_TOKENS_LIMIT_MAX } from "@muster/domain"

const SEPARATORS = /[\s.,_'’]/gu

/** The number in what was typed, with or without separators of thousands; 0 for nothing, undefined for what is no such limit. */
export const readTokens = (typed: string): number | undefined => {
  const digits = typed.replaceAll(SEPARATORS, "")
  if (digits === "") return typed.trim() === "" ? 0 : undefined
  if (!/^\d+$/u.test(digits)) return undefined
  const value = Number(digits)
  return value <= RUN_TOKENS_LIMIT_MAX ? value : undefined
}

/** What stands in the field for a limit: nothing where there is none. */
export const showTokens = (limit: number | undefined): string =>
  limit === undefined || limit === 0 ? "" : String(limit)
