import { RUN_TOKENS_LIMIT_MAX } from "@muster/domain"
import { expect, it } from "vitest"
import { runLimitText } from "#src/pages/team/dispatch/run-limit-text.ts"
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

it("tells in the form of a dispatch which limit will hold, and that there is none where none is set", () => {
  expect(runLimitText(200_000)).toContain("200,000 tokens")
  const none = runLimitText(undefined)
  expect(none).not.toMatch(/\d/)
  expect(runLimitText(0)).toBe(none)
})
