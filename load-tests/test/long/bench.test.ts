import { execFile } from "node:child_process"
import { join } from "node:path"
import { promisify } from "node:util"
import { expect, test } from "vitest"

const MAIN = join(import.meta.dirname, "..", "..", "src", "bench", "main.ts")
const run = promisify(execFile)

const bench = async (...args: readonly string[]): Promise<Record<string, unknown>> => {
  const { stdout } = await run(process.execPath, [MAIN, ...args, "--json", "--repeats", "1"])
  expect(stdout.trimEnd().split("\n")).toHaveLength(1)
  return JSON.parse(stdout) as Record<string, unknown>
}

test("dispatch is measured against every peer, and nothing but the line is printed", async () => {
  const line = await bench("dispatch", "--measure-millis", "4000")
  expect(line).toMatchObject({ name: "dispatch", unit: "tasks per second" })
  expect(Object.keys(line["ratios"] as object).sort()).toEqual([
    "bullmq",
    "graphileBatched",
    "graphileUnbatched",
    "pgboss",
    "pgbossBatched",
  ])
  for (const ratio of Object.values(line["ratios"] as object)) expect(ratio).toBeGreaterThan(0)
})

test("latency, fan-out and rebuilds are measured", async () => {
  expect(await bench("latency", "--seconds", "1")).toMatchObject({ name: "latency", p50Millis: expect.any(Number) })
  expect(await bench("fanout", "--viewers", "5")).toMatchObject({ name: "fanout", p50Millis: expect.any(Number) })
  expect(await bench("project", "--events", "5000")).toMatchObject({ name: "project" })
})

test("memory is measured over as many tasks as are asked for", async () => {
  const line = await bench("memory", "--tasks", "2000", "--sample-every", "500")
  expect(line).toMatchObject({ name: "memory", tasks: 2000, slopePercent: expect.any(Number) })
  expect(line["heapMebibytes"]).toHaveLength(5)
})
