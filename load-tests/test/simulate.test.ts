import { describe, expect, test } from "vitest"
import { bugs } from "../src/simulate/bugs/catalogue.ts"
import { huntBugs } from "../src/simulate/bugs/hunt.ts"
import { checkFits } from "../src/simulate/bugs/tree.ts"
import { runCampaign, seedsFrom } from "../src/simulate/campaign.ts"
import { startPlayer } from "../src/simulate/pool.ts"
import { knownSeeds } from "../src/simulate/seeds.ts"

const WORKERS = 2
const HISTORIES = 100
const FIRST_SEED = 1
const HISTORIES_PER_BUG = 60
const TIMEOUT_MILLIS = 300_000

/** Those that are found soonest: each breaks another promise. */
const SHORT_FORM = [
  "reports are acknowledged before they are recorded",
  "a member is given one task too many",
  "a task that has ended can be cancelled",
  "failures are tried again without counting",
]

describe("simulated histories", () => {
  test(
    "a seed always plays the same history",
    async () => {
      const [one, other] = [startPlayer(), startPlayer()]
      try {
        const first = await one.play(4_711)
        await other.play(4_712)
        const second = await other.play(4_711)
        expect(first.events).toBeGreaterThan(0)
        expect(second).toEqual({ ...first, cpuMillis: second.cpuMillis })
        expect((await one.play(4_712)).logHash).not.toBe(first.logHash)
      } finally {
        await Promise.all([one.close(), other.close()])
      }
    },
    TIMEOUT_MILLIS,
  )

  test(
    "no history breaks a promise, and those that once did do so no more",
    async () => {
      const campaign = await runCampaign({
        seeds: [...knownSeeds, ...seedsFrom(FIRST_SEED, HISTORIES)],
        workers: WORKERS,
        isOver: () => false,
      })
      const told = campaign.broken.map(
        ({ seed, violations }) => `${seed}: ${violations[0]?.oracle}: ${violations[0]?.detail}`,
      )
      expect(told).toEqual([])
      expect(campaign.histories).toBe(knownSeeds.length + HISTORIES)
      expect(campaign.dispatches / campaign.histories).toBeGreaterThan(20)
      expect(campaign.faults / campaign.histories).toBeGreaterThan(10)
    },
    TIMEOUT_MILLIS,
  )

  test(
    "planted bugs are found by the same histories",
    async () => {
      const planted = bugs.filter(({ name }) => SHORT_FORM.includes(name))
      expect(planted).toHaveLength(SHORT_FORM.length)
      const hunts = await huntBugs({
        bugs: planted,
        seed: FIRST_SEED,
        histories: HISTORIES_PER_BUG,
        workers: WORKERS,
      })
      const missed = hunts.filter(({ found }) => found === undefined)
      expect(missed).toEqual([])
    },
    TIMEOUT_MILLIS,
  )

  test.each(bugs)("the planted bug fits the source: $name", (bug) => {
    expect(() => checkFits(bug)).not.toThrow()
  })
})
