import { launchChromium, serveBuilt } from "../chromium.ts"
import { fakeMuster } from "../fake-muster.ts"
import type { Place } from "./visit.ts"

/** Steps of the made-up life that fills the pages. */
const STEPS = 900

export interface OpenPlace extends Place {
  readonly close: () => Promise<void>
}

/** A browser before the stand-in product, over a build. */
export async function openPlace(dist: string): Promise<OpenPlace> {
  const muster = fakeMuster({ steps: STEPS })
  const site = await serveBuilt(dist, muster)
  const browser = await launchChromium()
  return {
    browser,
    site,
    muster,
    close: async () => {
      await browser.close()
      await site.close()
    },
  }
}
