import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { flushBus, killAgent, killBus, startStage, survive, type Stage, type Survival } from "../faults/strike.ts"
import { processesOf, type Muster } from "../harness/index.ts"

const SLOTS = 200
const TASK_DURATION_MILLIS = 8_000

describe("two hundred running tasks, in the middle of which something breaks", () => {
  let muster: Muster
  let stage: Stage
  beforeAll(async () => {
    stage = await startStage(SLOTS)
    ;({ muster } = stage)
  })
  afterAll(() => muster?.stop())

  const strike = async (what: string, how: () => Promise<void>): Promise<Survival> => {
    const survival = await survive(stage, TASK_DURATION_MILLIS, how)
    console.log(`${what}: ${JSON.stringify(survival)}`)
    return survival
  }

  it("each end in exactly one recorded outcome when the bus forgets everything", async () => {
    const { busRebuilds } = await strike("FLUSHALL", () => flushBus(muster))
    expect(busRebuilds).toBeGreaterThan(0)
  })

  it("each end in exactly one recorded outcome when the bus server is killed and started again", async () => {
    const { busRebuilds } = await strike("Redis kill -9", () => killBus(muster))
    expect(busRebuilds).toBeGreaterThan(0)
  })

  it("each end in exactly one recorded outcome when all agents are killed", async () => {
    const { leasesLost } = await strike("agents kill -9", async () => {
      for (const memberId of stage.team.memberIds) await killAgent(muster, memberId)
    })
    // Work was really taken from under them.
    expect(leasesLost).toBeGreaterThanOrEqual(SLOTS)
  })

  it("each end in exactly one recorded outcome when the control plane is killed and started again", async () => {
    await strike("control plane kill -9", async () => {
      await muster.kill9()
      await muster.start()
    })
  })

  it("each end in exactly one recorded outcome when the product is stopped and started again", async () => {
    await strike("SIGTERM and start", async () => {
      expect(await muster.terminate()).toBe(0)
      expect(processesOf(muster)).toEqual([])
      await muster.start()
    })
  })
})
