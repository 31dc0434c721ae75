import { afterAll, beforeAll, describe, expect, inject, it } from "vitest"
import { chromiumPath } from "../chromium.ts"
import { openPlace } from "./place.ts"
import type { OpenPlace } from "./place.ts"
import { facesOf, VISITS } from "./routes.ts"
import { judgeByAxe, SCHEMES } from "./visit.ts"

describe.skipIf(chromiumPath === undefined)(
  "every page, light and dark, full, empty, loading and failing (needs Chromium: set CHROMIUM_PATH)",
  () => {
    let place: OpenPlace
    let states = 0
    beforeAll(async () => {
      place = await openPlace(inject("dist"))
    })
    afterAll(() => place?.close())

    it.each(VISITS)("$pattern has no accessibility violation", async (visit) => {
      const judged = await judgeByAxe(place, visit)
      states += judged.states
      expect(judged.violations).toEqual([])
    })

    it("was judged in every state", () => {
      const expected = VISITS.reduce((sum, visit) => sum + facesOf(visit, "").length * SCHEMES.length, 0)
      console.log(`axe: ${states} states`)
      expect(states).toBe(expected)
    })
  },
)
