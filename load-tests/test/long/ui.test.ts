import { execFile } from "node:child_process"
import { fileURLToPath } from "node:url"
import { expect, it } from "vitest"

const MAIN = fileURLToPath(new URL("../../src/ui/main.ts", import.meta.url))
const EXIT_NO_BROWSER = 3
/** Half an hour at 50 events a second. They come faster: what is judged is what stays behind. */
const MEMORY_EVENTS = 90_000

const budgets = (): Promise<{ readonly code: number; readonly out: string; readonly told: string }> =>
  new Promise((resolve) => {
    execFile(process.execPath, [MAIN, "--json", "--memory-events", String(MEMORY_EVENTS)], (error, out, told) => {
      resolve({ code: typeof error?.code === "number" ? error.code : error === null ? 0 : 1, out, told })
    })
  })

it("holds every budget of the dashboard, with 90,000 events while its memory is watched", async ({ skip }) => {
  const { code, out, told } = await budgets()
  skip(code === EXIT_NO_BROWSER, "this machine has no Chromium: set CHROMIUM_PATH")
  expect({ code, told }).toMatchObject({ code: 0 })
  const figures = JSON.parse(out) as Readonly<Record<string, number>>
  expect(Object.keys(figures)).toEqual([
    "initialJsGzipKb",
    "initialCssGzipKb",
    "largestRouteChunkGzipKb",
    "paletteMillis",
    "dispatchSheetMillis",
    "replayJumpMillis",
    "replayStepMillis",
    "emptyPageMillis",
    "listDomNodes",
    "axeStates",
    "axeViolations",
    "memoryGrowthMb",
  ])
  console.log(out)
})
