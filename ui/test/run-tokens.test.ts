import { RUN_TOKENS_LIMIT_MAX } from "@muster/domain"
import { expect, it } from "vitest"
import { readTokens, showTokens } from "#src/pages/team/settings/run-tokens-text.ts"

it("reads a limit of tokens with separators of any language, nothing as no limit, and refuses what is no limit", () => {
  for (const typed of ["200000", "200,000", "200.000", "200 000", "200 000", "200’000"])
    expect(readTokens(typed)).toBe(200_000)
  expect([readTokens(""), readTokens("  "), readTokens("0")]).toEqual([0, 0, 0])
  for (const typed of ["many", "-1", "1e6", ",", String(RUN_TOKENS_LIMIT_MAX + 1)])
    expect(readTokens(typed)).toBeUndefined()
})

it("shows no limit as an empty field", () => {
  expect([showTokens(undefined), showTokens(0), showTokens(5)]).toEqual(["", "", "5"])
})
