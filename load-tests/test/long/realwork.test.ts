import { execFile } from "node:child_process"
import { fileURLToPath } from "node:url"
import { expect, it } from "vitest"

const MAIN = fileURLToPath(new URL("../../src/realwork/main.ts", import.meta.url))
const EXIT_BLOCKED = 3

const realWork = (): Promise<{ readonly code: number; readonly last: string; readonly told: string }> =>
  new Promise((resolve) => {
    execFile(process.execPath, [MAIN, "--json"], (error, stdout, told) => {
      const last = stdout.trimEnd().split("\n").at(-1) ?? ""
      resolve({ code: typeof error?.code === "number" ? error.code : error === null ? 0 : 1, last, told })
    })
  })

it("carries out all real work with nothing lost, doubled or wrong", async ({ skip }) => {
  const { code, last, told } = await realWork()
  skip(code === EXIT_BLOCKED, "this machine can not confine programs")
  expect({ code, told }).toMatchObject({ code: 0 })
  const summary = JSON.parse(last) as Readonly<Record<string, number>>
  expect(summary).toMatchObject({ lost: 0, doubled: 0, wrong: 0 })
  expect(summary["tasks"]).toBeGreaterThanOrEqual(50)
  console.log(last)
})
