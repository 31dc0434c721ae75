import { execFile } from "node:child_process"
import { fileURLToPath } from "node:url"
import { expect, it } from "vitest"

const MAIN = fileURLToPath(new URL("../../src/chaos/main.ts", import.meta.url))
const SEED = 20_261
const SECONDS = 75
/** All that has a place in so short a time. */
const FAULTS_MIN = 15

const chaos = (...args: readonly string[]) =>
  new Promise<{ readonly code: number; readonly last: string; readonly told: string }>((resolve) => {
    execFile(process.execPath, [MAIN, "--json", ...args], (error, stdout, told) => {
      const last = stdout.trimEnd().split("\n").at(-1) ?? ""
      resolve({ code: typeof error?.code === "number" ? error.code : error === null ? 0 : 1, last, told })
    })
  })

it("loses and doubles nothing while processes, servers, networks, disks and clocks fail", async () => {
  const { code, last, told } = await chaos("--seed", String(SEED), "--seconds", String(SECONDS))
  expect({ code, told }).toMatchObject({ code: 0 })
  const summary = JSON.parse(last) as Readonly<Record<string, number | boolean>>
  expect(summary).toMatchObject({ lost: 0, doubled: 0, replayEqual: true, seed: SEED })
  expect(summary["faults"]).toBeGreaterThanOrEqual(FAULTS_MIN)
  expect(summary["acknowledged"]).toBeGreaterThanOrEqual(1_000)
  console.log(last)
})
