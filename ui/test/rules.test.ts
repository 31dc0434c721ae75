import { globSync, readFileSync } from "node:fs"
import { Visitor, parseSync } from "vite"
import { describe, expect, it } from "vitest"

const LINES_MAX = 400
/** Boxes of the browser's own: they stop the page, look like nothing else in it and speak another language. */
const BOXES: ReadonlySet<string> = new Set(["alert", "confirm", "prompt"])
/** Repetition that asks nothing of a server, each with what it is for. Everything else is told by the stream. */
const TICKING: Readonly<Record<string, string>> = {
  "src/lib/clock.ts": "the clock behind relative times",
}

interface Found {
  readonly boxes: ReadonlyArray<string>
  readonly intervals: number
}

/** What a source calls by name, directly or on the window. */
function callsOf(file: string, source: string): Found {
  const boxes: Array<string> = []
  let intervals = 0
  const { program, errors } = parseSync(file, source)
  expect(errors).toEqual([])
  new Visitor({
    CallExpression: ({ callee }) => {
      const isGlobal =
        callee.type === "MemberExpression" &&
        callee.object.type === "Identifier" &&
        /^(?:window|globalThis|self)$/u.test(callee.object.name)
      const name =
        callee.type === "Identifier"
          ? callee.name
          : isGlobal && callee.property.type === "Identifier"
            ? callee.property.name
            : ""
      if (BOXES.has(name)) boxes.push(name)
      if (name === "setInterval") intervals += 1
    },
  }).visit(program)
  return { boxes, intervals }
}

const sources = globSync("src/**/*.{ts,tsx}").map((file) => ({ file, source: readFileSync(file, "utf8") }))
const styled = globSync("src/**/*.css").map((file) => ({ file, source: readFileSync(file, "utf8") }))
const found = sources.map(({ file, source }) => ({ file, ...callsOf(file, source) }))

describe("every source of the dashboard", () => {
  it("is looked at", () => {
    expect(sources.length).toBeGreaterThan(150)
  })

  it("opens no box of the browser's own", () => {
    expect(found.filter(({ boxes }) => boxes.length > 0)).toEqual([])
  })

  it("repeats nothing by the clock but what is named here, and never asks a server again and again", () => {
    const repeating = found.filter(({ intervals }) => intervals > 0).map(({ file }) => file)
    expect(repeating).toEqual(Object.keys(TICKING))
    for (const file of repeating)
      expect(readFileSync(file, "utf8")).not.toMatch(/\bfetch\(|#src\/api\/(?:reads|commands|client)\.ts/u)
  })

  it(`has at most ${LINES_MAX} lines`, () => {
    const tests = globSync("test/**/*.{ts,tsx}").map((file) => ({ file, source: readFileSync(file, "utf8") }))
    const long = [...sources, ...styled, ...tests]
      .map(({ file, source }) => `${file}: ${source.split("\n").length - 1}`)
      .filter((line) => Number(line.split(": ").at(-1)) > LINES_MAX)
    expect(long).toEqual([])
  })
})

describe("the check", () => {
  it("sees boxes and intervals, however they are called, and no methods of the same name", () => {
    const source =
      "alert(1); window.confirm(2); globalThis.prompt(3); setInterval(f, 1); dialog.confirm(4); const x = { alert() {} }"
    expect(callsOf("x.ts", source)).toEqual({ boxes: ["alert", "confirm", "prompt"], intervals: 1 })
  })
})
