import { describe, expect, it } from "vitest"
import { actions } from "../src/chaos/faults/actions.ts"
import { REST_AFTER_FAULT_MILLIS } from "../src/chaos/limits.ts"
import { KINDS, leftOut } from "../src/chaos/plan/kinds.ts"
import { planFaults, type PlanOptions } from "../src/chaos/plan/plan.ts"

const agents = Array.from({ length: 6 }, (_, index) => `agent-${index + 1}`)
const options = (seed: number, more: Partial<PlanOptions> = {}): PlanOptions => ({
  seed,
  seconds: 250,
  abilities: { smallDisk: true, ownClock: true },
  victims: {
    app: ["app-1", "app-2"],
    agent: agents,
    "local-agent": ["local-1", "local-2"],
    "small-disk-agent": ["agent-6"],
    redis: ["redis"],
    postgres: ["postgres"],
    "link agent-redis": agents.map((agent) => `${agent} to redis`),
    "link app-postgres": ["app-1 to postgres", "app-2 to postgres"],
    "link app-redis": ["app-1 to redis", "app-2 to redis"],
    "link client-app": ["clients to app-1", "clients to app-2"],
  },
  ...more,
})
const SEEDS = Array.from({ length: 200 }, (_, index) => index * 7_919 + 1)

describe("the plan of faults", () => {
  it("names no fault that nobody can bring about, and none is left out of it", () => {
    expect(Object.keys(actions).toSorted()).toEqual(KINDS.map(({ name }) => name).toSorted())
  })

  it("follows from its seed alone", () => {
    expect(planFaults(options(7))).toEqual(planFaults(options(7)))
    expect(planFaults(options(7))).not.toEqual(planFaults(options(8)))
  })

  it("has at least sixty faults, and every kind among them, whatever the seed", () => {
    for (const seed of SEEDS) {
      const faults = planFaults(options(seed))
      expect(faults.length).toBeGreaterThanOrEqual(60)
      expect(new Set(faults.map(({ kind }) => kind)).size).toBe(KINDS.length)
    }
  })

  it("never strikes a thing that is still struck, nor before it had its rest, and ends in time", () => {
    for (const seed of SEEDS) {
      const freeAt = new Map<string, number>()
      for (const { target, atMillis, durationMillis } of planFaults(options(seed))) {
        expect(atMillis).toBeGreaterThanOrEqual(freeAt.get(target) ?? 0)
        freeAt.set(target, atMillis + durationMillis + REST_AFTER_FAULT_MILLIS)
        expect(atMillis + durationMillis).toBeLessThanOrEqual(250_000)
      }
    }
  })

  it("leaves out what the machine does not allow, and names it", () => {
    const abilities = { smallDisk: false, ownClock: false }
    expect(leftOut(abilities)).toEqual(["fill agent's disk", "jump app's clock", "jump agent's clock"])
    const kinds = new Set(planFaults(options(3, { abilities })).map(({ kind }) => kind))
    for (const name of leftOut(abilities)) expect(kinds).not.toContain(name)
    expect(leftOut({ smallDisk: true, ownClock: true })).toEqual([])
  })

  it("strikes one app as well as two", () => {
    for (const seed of SEEDS) {
      const one = options(seed)
      const faults = planFaults({
        ...one,
        victims: {
          ...one.victims,
          app: ["app-1"],
          "link app-postgres": ["app-1 to postgres"],
          "link app-redis": ["app-1 to redis"],
          "link client-app": ["clients to app-1"],
        },
      })
      expect(faults.length).toBeGreaterThanOrEqual(60)
    }
  })
})
