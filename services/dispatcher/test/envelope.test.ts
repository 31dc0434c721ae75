import { describe, expect, test } from "vitest"
import { isForeignId } from "#src/mailroom.ts"
import { mergeOptions } from "#src/model/envelope.ts"

describe("options", () => {
  test("of the task are laid over the member's key by key", () => {
    const merged = mergeOptions(
      { command: { argv: ["a"], env: { A: "1" } }, simulated: { durationMillis: 5 } },
      { command: { argv: ["b"] } },
    )
    expect(merged).toEqual({ command: { argv: ["b"], env: { A: "1" } }, simulated: { durationMillis: 5 } })
    expect(
      mergeOptions(
        { acp: { agent: "opencode", model: "small" }, openclaw: { permissions: "ask" } },
        { acp: { model: "large" }, openclaw: { model: "large" } },
      ),
    ).toEqual({ acp: { agent: "opencode", model: "large" }, openclaw: { permissions: "ask", model: "large" } })
  })
})

describe("an id in an inbox", () => {
  test("is foreign when it is no position, or one beyond all that was written, however large", () => {
    expect(isForeignId("0-0", "0")).toBe(false)
    expect(isForeignId("17-0", "17")).toBe(false)
    expect(isForeignId("18-0", "17")).toBe(true)
    expect(isForeignId("5-1", "17")).toBe(true)
    expect(isForeignId("9007199254740993-0", "9007199254740992")).toBe(true)
    expect(isForeignId("9-0", "10")).toBe(false)
  })
})
