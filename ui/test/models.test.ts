import { describe, expect, it } from "vitest"
import { en } from "#src/i18n/en.ts"
import { t, tn } from "#src/i18n/index.ts"
import { readablePosition, shortAge } from "#src/lib/time.ts"
import { RECONNECT_BANNER_MILLIS, RECONNECT_WORD_MILLIS, SPLIT_MIN_PERCENT, SPLIT_STEP_PERCENT } from "#src/limits.ts"
import { initials } from "#src/parts/initials.ts"
import { shareAfterKey, shareAtPoint } from "#src/parts/split-model.ts"
import { PRESENCES, TASK_STATES } from "#src/parts/state-table.ts"
import { statusView } from "#src/shell/status-model.ts"

describe("texts", () => {
  it("fills in values and picks the grammatical number", () => {
    expect(t("shell.pin", { team: "Release crew" })).toBe("Pin Release crew")
    expect(tn("code.unfold", 1)).toBe("Show 1 more line")
    expect(tn("code.unfold", 12)).toBe("Show 12 more lines")
  })

  it("has both numbers of every counted text", () => {
    const stems = (end: string) =>
      Object.keys(en).flatMap((key) => (key.endsWith(end) ? key.slice(0, -end.length) : []))
    expect(stems(".one")).toEqual(stems(".other"))
  })
})

describe("the state table", () => {
  it.each([
    ["task states", Object.values(TASK_STATES)],
    ["presences", Object.values(PRESENCES)],
  ])("gives each of the %s a shape and a word of its own, so that colour is never alone", (_, looks) => {
    expect(new Set(looks.map(({ shape }) => JSON.stringify(shape))).size).toBe(looks.length)
    expect(new Set(looks.map(({ word }) => en[word])).size).toBe(looks.length)
  })
})

describe("times", () => {
  it.each([
    [-5_000, "now"],
    [999, "now"],
    [59_999, "59s"],
    [60_000, "1m"],
    [3_600_000, "1h"],
    [90_000_000, "1d"],
  ])("an age of %i ms reads %s", (age, text) => {
    expect(shortAge(age)).toBe(text)
  })

  it("reads positions beyond the exact range of a number without rounding", () => {
    expect(readablePosition("18446744073709551615").replaceAll(/\D/g, "")).toBe("18446744073709551615")
  })
})

describe("the status line", () => {
  const lost = (forMillis: number, nextTryAt?: number) =>
    statusView(
      { kind: "reconnecting", lostAt: 0, position: "1", ...(nextTryAt === undefined ? {} : { nextTryAt }) },
      forMillis,
    )

  it("keeps quiet about a short drop", () => {
    expect(lost(RECONNECT_WORD_MILLIS - 1).look.word).toBe("status.live")
  })

  it("says a word about a longer one, without a banner", () => {
    const view = lost(RECONNECT_WORD_MILLIS)
    expect([view.look.word, view.banner]).toEqual(["status.reconnecting", undefined])
  })

  it("shows how old the page is after a long one, and offers the retry", () => {
    const { banner } = lost(RECONNECT_BANNER_MILLIS, RECONNECT_BANNER_MILLIS + 3_200)
    expect(banner?.action).toBe("retry")
    expect(banner?.text).toContain("Next try in 4 s.")
  })

  it("tells catching up, offline and an ended session apart in words", () => {
    expect(statusView({ kind: "catching-up", behindEvents: 312 }, 0).detail).toBe("312 events")
    expect(statusView({ kind: "offline", asOf: 0 }, 0).banner?.action).toBe("none")
    expect(statusView({ kind: "session-ended" }, 0).banner?.action).toBe("sign-in")
    expect(statusView({ kind: "incompatible" }, 0).banner?.action).toBe("reload")
  })
})

describe("panes", () => {
  it("moves a border by arrow keys of its own direction only", () => {
    expect(shareAfterKey("ArrowRight", 50, "row")).toBe(50 + SPLIT_STEP_PERCENT)
    expect(shareAfterKey("ArrowUp", 50, "column")).toBe(50 - SPLIT_STEP_PERCENT)
    expect(shareAfterKey("ArrowUp", 50, "row")).toBeUndefined()
  })

  it("never makes a pane smaller than the minimum", () => {
    expect(shareAfterKey("ArrowLeft", SPLIT_MIN_PERCENT, "row")).toBe(SPLIT_MIN_PERCENT)
    expect(shareAfterKey("End", 50, "row")).toBe(100 - SPLIT_MIN_PERCENT)
    expect(shareAtPoint(1_000, 0, 500)).toBe(100 - SPLIT_MIN_PERCENT)
    expect(shareAtPoint(10, 0, 0)).toBe(50)
  })
})

describe("initials", () => {
  it.each([
    ["Release crew", "RC"],
    ["writer", "WR"],
    ["release-crew", "RC"],
    ["👩‍🚀 ops", "👩‍🚀O"],
    ["  ", "?"],
  ])("%s gives %s", (name, signs) => {
    expect(initials(name)).toBe(signs)
  })
})
