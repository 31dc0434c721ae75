import { readFileSync } from "node:fs"
import type { AssignmentId, TaskId } from "@muster/domain"
import { TaskResult } from "@muster/domain"
import { tempDir, type TempDir } from "@muster/platform/testing"
import { Schema } from "effect"
import fc from "fast-check"
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest"
import { pause } from "#src/pause.ts"
import { exitWords } from "#src/runtimes/shared/exit-words.ts"
import { compilePatterns, isInside, matchesName } from "#src/runtimes/shared/patterns.ts"
import { lastLines, tail } from "#src/runtimes/shared/tail.ts"
import { exportScript } from "#src/runtimes/shared/workspace.ts"
import { stageArtifact } from "#src/work/artifact-spool.ts"
import { outcomeReport } from "#src/work/delivery.ts"
import { earlyControls } from "#src/work/early-controls.ts"
import { openOutputSpool } from "#src/work/output-spool.ts"
import { startOutputUpload } from "#src/work/output-upload.ts"
import { startTimeBudget } from "#src/work/time-budget.ts"

let dir: TempDir
beforeEach(() => {
  dir = tempDir("muster-test-parts-")
})
afterEach(() => dir.remove())
const bytes = (text: string) => Buffer.from(text)
const ids = { taskId: "t" as TaskId, assignmentId: "a" as AssignmentId }
const timings = { retryFirstMillis: 1, retryMaxMillis: 5 }

describe("patterns", () => {
  const matches = (pattern: string, path: string): boolean => {
    let matching = compilePatterns([pattern])
    for (const name of path.split("/")) matching = matching.enter(name)
    return matching.isMatch
  }
  test.for([
    ["artifacts/**", "artifacts/a/b.txt", true],
    ["artifacts/**", "elsewhere/a.txt", false],
    ["**/*.md", "a.md", true],
    ["**/*.md", "x/y/a.md", true],
    ["*.md", "x/a.md", false],
    ["a/**/b", "a/b", true],
    ["a/**/b", "a/x/y/b", true],
    ["a*c", "abbbc", true],
    ["a.c", "abc", false],
    ["[ab]", "a", false],
  ] as const)("%s on %s: %s", ([pattern, path, expected]) => {
    expect(matches(pattern, path)).toBe(expected)
  })

  test("a star stands for any run of characters, as a regular expression would say", () => {
    const part = fc.stringMatching(/^[ab*]{0,8}$/)
    fc.assert(
      fc.property(part, fc.stringMatching(/^[ab]{0,10}$/), (pattern, name) => {
        expect(matchesName(pattern, name)).toBe(new RegExp(`^${pattern.replaceAll("*", ".*")}$`).test(name))
      }),
    )
  })

  test("hostile patterns cost no more than honest ones", () => {
    const stars = Array.from({ length: 60 }, () => "**/a").join("/")
    const path = Array.from({ length: 32 }, () => "a").join("/")
    expect(matches(stars, path)).toBe(false)
    expect(matchesName("*a".repeat(100), "a".repeat(255))).toBe(true)
  })

  test("a pattern that leaves the directory is known as one", () => {
    expect(["/etc/*", "../x", "a/../b", "a//b", "./a", ""].map(isInside)).toEqual(
      Array.from({ length: 6 }, () => false),
    )
    expect(["a/**", "*.md"].map(isInside)).toEqual([true, true])
  })
})

test("exported variables come out of a shell as they went in", async () => {
  const { execFileSync } = await import("node:child_process")
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 40 }), (raw) => {
      const value = raw.replaceAll("\u0000", "")
      const printed = execFileSync("sh", ["-c", `${exportScript({ X: value })}printf %s "$X"; printf .`])
      expect(printed.toString("utf8").slice(0, -1)).toBe(Buffer.from(value).toString("utf8"))
    }),
    { numRuns: 50 },
  )
})

test("output is cut at its limit and says so", async () => {
  const spool = await openOutputSpool(dir.path, 10)
  await Promise.all([spool.append(bytes("12345")), spool.append(bytes("6789")), spool.append(bytes("abcdef"))])
  expect(spool.isTruncated()).toBe(true)
  expect(readFileSync(`${dir.path}/output`, "utf8")).toBe("123456789a")
  expect(Buffer.from(await spool.read(8, 100)).toString()).toBe("9a")
  await spool.close()
})

test("output arrives whole from wherever the control plane says it stands", async () => {
  const spool = await openOutputSpool(dir.path, 1_000)
  await spool.append(bytes("0123456789"))
  let stored = "0123" // of an earlier life
  const sent: number[] = []
  const upload = startOutputUpload({
    ids,
    spool,
    timings,
    signal: new AbortController().signal,
    controlPlane: {
      appendOutput: async (_ids, offset, chunk) => {
        sent.push(offset)
        if (sent.length === 2) stored = "01" // and it lost some
        if (offset <= stored.length) stored = stored.slice(0, offset) + Buffer.from(chunk).toString()
        return { kind: "stored", size: stored.length }
      },
    },
  })
  await spool.append(bytes("abc"))
  await upload.finish()
  expect(stored).toBe("0123456789abc")
  await spool.close()
})

test("output that is refused for good is given up, and said", async () => {
  const spool = await openOutputSpool(dir.path, 1_000)
  await spool.append(bytes("x"))
  const refused = { kind: "refused", status: 413, detail: "The output ends here." } as const
  const upload = startOutputUpload({
    ids,
    spool,
    timings,
    signal: new AbortController().signal,
    controlPlane: { appendOutput: async () => refused },
  })
  await upload.finish()
  expect(upload.refusal()).toEqual(refused)
  await spool.close()
})

test("an artifact needs a name inside, once, and room", async () => {
  const source = (name: string) => ({ name, bytes: [bytes("x")] })
  for (const name of ["../x", "/x", "a//b", "", "a\u0000b", "a/./b"])
    expect(await stageArtifact(dir.path, source(name), [])).toHaveProperty("skipped")
  const staged = await stageArtifact(dir.path, source("a/b.md"), [])
  if (!("artifact" in staged)) throw new Error("it is kept")
  expect(staged.artifact).toMatchObject({ name: "a/b.md", size: 1, mediaType: "text/markdown" })
  expect(await stageArtifact(dir.path, source("a/b.md"), [staged.artifact])).toHaveProperty("skipped")
  const full = { ...staged.artifact, name: "other", size: 1024 * 1024 * 1024 }
  expect(await stageArtifact(dir.path, source("c"), [full])).toHaveProperty("skipped")
})

test("whatever a runtime says, its outcome is one the log can hold", () => {
  const isResult = Schema.is(TaskResult)
  const open = { ...ids, entryId: "", process: undefined, artifacts: [], concluded: undefined }
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 30_000 }), fc.array(fc.string()), (summary, missing) => {
      const report = outcomeReport(open, { kind: "succeeded", summary }, { bytes: 1, isTruncated: false }, missing)
      expect(report.kind === "succeeded" && isResult(report.result)).toBe(true)
    }),
    { numRuns: 50 },
  )
})

test("the tail of an output is bounded and begins with a whole line", () => {
  const end = tail(10)
  for (const text of ["first line\n", "2nd\n", "third\n"]) end.push(bytes(text))
  expect(end.text()).toBe("third\n")
  expect(lastLines("a\nb\nc\n\n", 2)).toBe("b\nc")
})

test("an end is told in words", () => {
  expect(exitWords(137, null)).toContain("SIGKILL")
  expect(exitWords(null, "SIGSEGV")).toContain("SIGSEGV")
  expect(exitWords(127, null)).toContain("not found")
  expect(exitWords(2, null)).toBe("the command ended with exit code 2")
})

test("control messages for tasks that never come do not pile up", () => {
  const early = earlyControls()
  const cancel = (n: number) =>
    ({ v: 1, kind: "cancel", taskId: "t", assignmentId: `a${n}`, reason: "" }) as unknown as Parameters<
      typeof early.keep
    >[0]
  for (let n = 0; n < 5_000; n += 1) early.keep(cancel(n))
  for (let n = 0; n < 100; n += 1) early.keep(cancel(4_999))
  expect(early.take("a0" as AssignmentId)).toEqual([])
  expect(early.take("a4999" as AssignmentId).length).toBeLessThanOrEqual(16)
})

describe("time budget", () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] })
  })
  afterEach(() => {
    vi.useRealTimers()
  })
  test("stands still while there is a reason to hold it, and runs out exactly once", () => {
    let spent = 0
    const budget = startTimeBudget(1_000, () => {
      spent += 1
    })
    vi.advanceTimersByTime(600)
    budget.hold("question")
    budget.hold("paused")
    vi.advanceTimersByTime(10_000)
    budget.release("question")
    vi.advanceTimersByTime(10_000)
    expect(spent).toBe(0)
    budget.release("paused")
    vi.advanceTimersByTime(399)
    expect(spent).toBe(0)
    vi.advanceTimersByTime(2)
    expect(spent).toBe(1)
    budget.hold("late")
    budget.release("late")
    vi.advanceTimersByTime(10_000)
    expect(spent).toBe(1)
  })
  test("holds for limits longer than a timer can", () => {
    let spent = 0
    startTimeBudget(7 * 24 * 3_600_000 * 6, () => {
      spent += 1
    })
    vi.advanceTimersByTime(7 * 24 * 3_600_000 * 6 - 1_000)
    expect(spent).toBe(0)
    vi.advanceTimersByTime(2_000)
    expect(spent).toBe(1)
  })
})

test("a pause ends with its signal", async () => {
  const stop = new AbortController()
  const waited = pause(600_000, stop.signal)
  stop.abort()
  await waited
  await pause(600_000, stop.signal)
  expect(stop.signal.aborted).toBe(true)
})
