import type { CDPSession } from "playwright-core"
import { MEMORY_WARM_EVENTS } from "../limits.ts"
import type { Options } from "../options.ts"
import type { Stage } from "../stage.ts"
import { toTenths, untilSeen } from "./shown.ts"

const MEGABYTE_BYTES = 1024 * 1024

/** Bytes of the page's heap that are in use after all garbage was collected. */
const heapBytes = async (devtools: CDPSession): Promise<number> => {
  // What the first collection lets finalisers free is collected by the second.
  await devtools.send("HeapProfiler.collectGarbage")
  await devtools.send("HeapProfiler.collectGarbage")
  return (await devtools.send("Runtime.getHeapUsage")).usedSize
}

/** How much more the live page of the team holds after so many events have come in at such a rate. */
export const measureMemory = async (
  stage: Stage,
  { memoryEvents: events, memoryPerSecond: perSecond }: Pick<Options, "memoryEvents" | "memoryPerSecond">,
) => {
  const seat = await stage.openPage()
  try {
    await seat.page.goto(`${stage.url}/teams/${stage.teamId}/live`)
    await seat.page.locator("[data-task]").first().waitFor()
    await stage.happen({ perSecond, events: MEMORY_WARM_EVENTS })
    await untilSeen(stage, seat.page)
    const before = await heapBytes(seat.devtools)
    const came = await stage.happen({ perSecond, events })
    await untilSeen(stage, seat.page)
    const after = await heapBytes(seat.devtools)
    const [from, to] = [before, after].map((bytes) => toTenths(bytes / MEGABYTE_BYTES))
    stage.tell(`memory: ${from} MB before and ${to} MB after ${came} events at ${perSecond} a second`)
    return { memoryGrowthMb: toTenths((after - before) / MEGABYTE_BYTES) }
  } finally {
    await seat.context.close()
  }
}
