import { historyOf } from "@muster/projections/testing"
import { NO_ROWS } from "@muster/read-models/writer"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { startPlace, type Place } from "./place.ts"
import { recorded, seed, teamOf } from "./seed.ts"

const history = historyOf(
  Array.from({ length: 2_000 }, (_, n) => Math.imul(n, 0x9e3779b1) >>> 0),
  { teams: 1 },
)
const { teamId, subject: owner } = teamOf(history, "owner")

let place: Place
beforeAll(async () => {
  place = await startPlace()
})
afterAll(() => place.stop())

describe("a dead letter", () => {
  it("shows what became of it, and is found by its state, by its place and page by page", async () => {
    const { readModels, projection } = place.open()
    const seeded = await seed(place, projection, history)
    const list = (options: object = {}) => readModels.deadLetters.list(owner, teamId, { limit: 500, ...options })
    const all = await list()
    const places = recorded(history)
      .filter(({ type }) => type === "MemberEntryDeadLettered")
      .map(({ position }) => position)
    expect(all.map(({ position }) => position)).toEqual(places.toReversed())
    const [newest, second] = all
    if (newest === undefined || second === undefined) throw new Error("the history has two dead letters")
    const before = await readModels.position()
    const to = String(Number(before) + 1) as typeof before
    const settled = { position: second.position, state: "redriven" as const, settled_at: "2026-03-02T00:00:00.000Z" }
    const step = { ...NO_ROWS, deadLetterSettlements: [settled], from: seeded.step.to, to }
    expect(await projection.apply(seeded.owner, step)).toBe(true)
    expect(await list({ state: "redriven" })).toEqual([{ ...second, state: "redriven", settledAt: settled.settled_at }])
    expect((await list({ state: "kept" })).map(({ position }) => position)).not.toContain(second.position)
    expect(await list({ before: newest.position, limit: 1 })).toMatchObject([{ position: second.position }])
    expect(await readModels.deadLetters.at(owner, teamId, [newest.position, "999999999"])).toEqual([newest])
    await seeded.owner.release()
  })
})
