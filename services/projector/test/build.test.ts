import { rotateGeneration } from "@muster/event-store/postgres"
import postgres from "postgres"
import { describe, expect, it } from "vitest"
import { lifeOf, liveThrough, place } from "./each-test.ts"
import { differences, dump, until } from "./harness.ts"

const { history, half, teamId, subject } = lifeOf(300, 29)

/** A projector whose builds stop before their indexes are made until they are let go. */
const startHeld = () => {
  const models = place.models()
  const held = Promise.withResolvers<void>()
  let isHeld = false
  const { build } = models.projection
  const store = {
    ...models.projection,
    build: {
      ...build,
      index: async (owner: Parameters<typeof build.index>[0]) => {
        isHeld = true
        await held.promise
        return build.index(owner)
      },
    },
  }
  const started = place.start({ models, store })
  return { started, readModels: models.readModels, isHeld: () => isHeld, letGo: () => held.resolve() }
}

describe("while read models are made anew", () => {
  it("readers see the old ones, whole, and then the new ones", async () => {
    await liveThrough(history)
    const lived = await dump(place.sql)
    // Of other reducers, and wrong.
    await place.sql`UPDATE rm.checkpoint SET feed_version = 0`
    await place.sql`UPDATE rm.team SET doc = doc || '{"description": "old"}'`
    const { started, readModels, isHeld, letGo } = startHeld()
    const tasks = await readModels.tasks.list(subject, teamId, { limit: 500 })
    expect(tasks.length).toBeGreaterThan(0)
    await until(isHeld)
    expect(await readModels.tasks.list(subject, teamId, { limit: 500 })).toEqual(tasks)
    expect(await readModels.teams.get(subject, teamId)).toMatchObject({ description: "old" })
    expect(await readModels.position()).toBe(await place.events.head())
    letGo()
    await until(async () => (await readModels.teams.get(subject, teamId))?.description !== "old")
    await started.settled()
    await started.stop()
    expect(differences(lived, await dump(place.sql))).toEqual([])
  })

  it("what comes meanwhile is in them when they are shown", async () => {
    await liveThrough(history.slice(0, half))
    await place.sql`UPDATE rm.checkpoint SET feed_version = 0`
    const { started, readModels, isHeld, letGo } = startHeld()
    const before = await readModels.position()
    await until(isHeld)
    await place.append(history.slice(half))
    expect(await readModels.position()).toBe(before)
    const told: string[] = []
    readModels.onAdvance((position) => told.push(position))
    await until(() => told.length > 0)
    told.length = 0
    letGo()
    await started.settled()
    // Never a moment between: the first word is of the whole.
    expect(told[0]).toBe(await place.events.head())
    const lived = await dump(place.sql)
    await started.runner.rebuild()
    await started.settled()
    expect(differences(lived, await dump(place.sql))).toEqual([])
    await started.stop()
  })

  it("those of a log that is no more are shown to nobody", async () => {
    await liveThrough(history)
    const owner = postgres(place.ownerUrl, { max: 1 })
    await rotateGeneration(owner)
    await owner.end()
    const { started, readModels, isHeld, letGo } = startHeld()
    await until(isHeld)
    expect(await readModels.teams.list(subject)).toEqual([])
    letGo()
    await started.settled()
    expect(await readModels.teams.list(subject)).toHaveLength(1)
    await started.stop()
  })

  it("a projector that is stopped leaves the old ones as they were, and the next begins again", async () => {
    await liveThrough(history)
    const lived = await dump(place.sql)
    await place.sql`UPDATE rm.checkpoint SET feed_version = 0`
    const { started, isHeld, letGo } = startHeld()
    await until(isHeld)
    const stopped = started.stop()
    letGo()
    await stopped
    expect(await place.sql`SELECT feed_version FROM rm.checkpoint`).toEqual([{ feed_version: 0 }])
    await liveThrough()
    expect(differences(lived, await dump(place.sql))).toEqual([])
  })
})
