import { readFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { contrast } from "./contrast.ts"

const css = readFileSync("src/styles/tokens.css", "utf8")
const themes = { light: new Map<string, string>(), dark: new Map<string, string>() }
for (const [, name, light, dark] of css.matchAll(/--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)/g)) {
  themes.light.set(name ?? "", light ?? "")
  themes.dark.set(name ?? "", dark ?? "")
}

const SURFACES = ["canvas", "surface", "sunken", "hover", "floating"]
const STATES = ["neutral", "info", "success", "warning", "danger", "replay"]
const TEXT_MIN = 4.5
const SHAPE_MIN = 3

const pairs = (ink: ReadonlyArray<string>, paper: ReadonlyArray<string>) =>
  ink.flatMap((front) => paper.map((back) => [front, back] as const))

const textPairs = [
  ...pairs(["text", "text-2", "text-3", "accent-text"], SURFACES),
  ...pairs(["text", "text-2"], ["active", "selected"]),
  ...pairs(["on-accent"], ["accent", "accent-hover"]),
  ...STATES.flatMap((state) => pairs([`${state}-text`], [`${state}-soft`, "surface", "canvas", "hover"])),
]
const shapePairs = [
  ...pairs(["focus", "border-strong"], ["canvas", "surface", "floating"]),
  ...pairs(["accent"], ["surface"]),
  ...STATES.flatMap((state) => pairs([`${state}-dot`], ["surface", "canvas", "hover", `${state}-soft`])),
]

describe.each(["light", "dark"] as const)("the %s theme", (theme) => {
  const color = (name: string): string => {
    const value = themes[theme].get(name)
    if (value === undefined) throw new RangeError(`no token --${name}`)
    return value
  }

  it.each(textPairs)("text %s is readable on %s", (front, back) => {
    expect(contrast(color(front), color(back))).toBeGreaterThanOrEqual(TEXT_MIN)
  })

  it.each(shapePairs)("shape %s is visible on %s", (front, back) => {
    expect(contrast(color(front), color(back))).toBeGreaterThanOrEqual(SHAPE_MIN)
  })
})

it("where the system sets the colours, each of ours becomes one of the system's", () => {
  const forced = readFileSync("src/styles/forced-colors.css", "utf8")
  const ours = [...themes.light.keys()]
  expect(ours.length).toBeGreaterThan(40)
  const names = new Map([...forced.matchAll(/--([\w-]+): ([A-Z]\w+);/g)].map(([, name, color]) => [name, color]))
  expect(ours.filter((name) => !names.has(name))).toEqual([])
})

describe("the contrast computation", () => {
  it("knows the two ends and a value of the WCAG tables", () => {
    expect(contrast("#000000", "#ffffff")).toBeCloseTo(21, 5)
    expect(contrast("#777777", "#ffffff")).toBeCloseTo(4.48, 2)
  })
})
