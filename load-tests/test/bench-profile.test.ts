import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import type { Bench, BenchLine } from "../src/bench/frame.ts"
import { pageOf } from "../src/bench/page.ts"
import { sumUp, type CpuProfile } from "../src/bench/profile/cpu-profile.ts"
import { clearProfile, readProfile, type Profile } from "../src/bench/profile/index.ts"
import { missedBy, sectionOf } from "../src/bench/report.ts"

const frame = (functionName: string, url = "") => ({ functionName, url, lineNumber: 9 })

/** Four samples of 100 µs: a library below our code, the loading of a module, the collector, and idleness. */
const profile: CpuProfile = {
  nodes: [
    { id: 1, callFrame: frame("(root)"), children: [2, 5, 7, 8] },
    { id: 2, callFrame: frame("append", "file:///somewhere/packages/event-store/src/store.ts"), children: [3] },
    { id: 3, callFrame: frame("query", "file:///somewhere/node_modules/postgres/src/index.js"), children: [4] },
    { id: 4, callFrame: frame("writeBuffer") },
    { id: 5, callFrame: frame("link", "node:internal/modules/esm/module_job"), children: [6] },
    { id: 6, callFrame: frame("parse") },
    { id: 7, callFrame: frame("(garbage collector)") },
    { id: 8, callFrame: frame("(idle)") },
  ],
  samples: [4, 4, 3, 6, 7, 8],
  timeDeltas: [100, 100, 100, 100, 100, 100],
}

describe("a profile", () => {
  test("counts what a library does as its caller's, and neither idleness nor the loading of modules", () => {
    expect(sumUp("services", [profile])).toEqual({
      process: "services",
      busySeconds: 0.0004,
      parts: [
        { what: "packages/event-store", percent: 75 },
        { what: "garbage collection", percent: 25 },
      ],
      functions: [
        { what: "writeBuffer", percent: 50 },
        { what: "query (postgres)", percent: 25 },
        { what: "(garbage collector)", percent: 25 },
      ],
    })
  })
})

describe("the folder of a profiled run", () => {
  let dir = ""
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), "bench-profile-"))
  })
  afterEach(() => {
    rmSync(dir, { recursive: true, force: true })
  })

  test("is summed up by kinds of processes, and holds nothing of an earlier run", () => {
    expect(readProfile(dir)).toBeUndefined()
    for (const name of ["muster", "agent-1", "agent-22"])
      writeFileSync(join(dir, `${name}.cpuprofile`), JSON.stringify(profile))
    const cost = {
      statement: `SELECT ${"x".repeat(500)}`,
      calls: 2,
      rows: 2,
      millis: 1.23456,
      walBytes: 0,
      isOutermost: true,
    }
    writeFileSync(join(dir, "statements.json"), JSON.stringify([cost]))
    const read = readProfile(dir)
    expect(read?.processes.map(({ process, busySeconds }) => [process, busySeconds])).toEqual([
      ["agents", 0.0008],
      ["muster", 0.0004],
    ])
    expect(read?.statements[0]?.millis).toBe(1.235)
    expect(read?.statements[0]?.statement.length).toBeLessThan(200)
    clearProfile(dir)
    expect(readProfile(dir)).toBeUndefined()
  })
})

const bench: Bench = {
  name: "dispatch",
  unit: "tasks per second",
  method: "How it is done.",
  targets: [{ figure: "ratios.other", atLeast: 2 }],
  run: () => Promise.reject(new Error("not run here")),
}
const lineOf = (ours: number, more: { readonly profile?: Profile } = {}): BenchLine => ({
  name: "dispatch",
  unit: "tasks per second",
  ours,
  peers: { other: 100 },
  ratios: { other: ours / 100 },
  conditions: {},
  ...more,
})
const found: Profile = { processes: [sumUp("services", [profile])], statements: [] }

describe("the page of figures", () => {
  test("shows the figures of the run that was not profiled and where the time went in the one that was", () => {
    const section = sectionOf(bench, [lineOf(150), lineOf(90, { profile: found })])
    expect(section?.line.ours).toBe(150)
    const page = pageOf(section === undefined ? [] : [section])
    expect(page).toContain("**150**")
    expect(page).not.toContain("**90**")
    expect(page).toContain("### Where the time goes")
    expect(page).toContain("| packages/event-store | 75 % |")
  })

  test("names what misses its target, and nothing that was not measured", () => {
    expect(missedBy(bench, lineOf(150))).toEqual(["ratios.other"])
    expect(missedBy(bench, lineOf(200))).toEqual([])
    expect(missedBy(bench, { ...lineOf(1), ratios: {} })).toEqual([])
  })
})
