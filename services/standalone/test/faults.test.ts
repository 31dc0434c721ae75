import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { flushBus, killAgent, startStage, survive, type Stage } from "./faults/strike.ts"
import type { Muster } from "./harness/index.ts"

const SLOTS = 20
const TASK_DURATION_MILLIS = 2_000

/** The small sister of long/faults.test.ts. */
describe("twenty tasks in the middle of which something breaks", () => {
  let muster: Muster
  let stage: Stage
  beforeAll(async () => {
    stage = await startStage(SLOTS)
    ;({ muster } = stage)
  })
  afterAll(() => muster?.stop())

  it("each end in exactly one recorded outcome when the bus forgets everything", async () => {
    const { busRebuilds } = await survive(stage, TASK_DURATION_MILLIS, () => flushBus(muster))
    expect(busRebuilds).toBeGreaterThan(0)
  })

  it("each end in exactly one recorded outcome when their agent is killed", async () => {
    const { leasesLost } = await survive(stage, TASK_DURATION_MILLIS, () =>
      killAgent(muster, stage.team.memberIds[0] ?? ""),
    )
    expect(leasesLost).toBeGreaterThan(0)
  })
})
