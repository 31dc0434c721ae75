import { historyOf } from "@muster/projections/testing"
import {
  DatabaseFault,
  layerReadModels,
  migrateReadModels,
  ReadModels,
  ReadModelsUnavailable,
} from "@muster/read-models"
import { NO_ROWS, ProjectionStore, type Ownership } from "@muster/read-models/writer"
import { START, type Position } from "@muster/domain"
import { Effect, Exit } from "effect"
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { startPlace, until, type Place } from "./place.ts"
import { headsOf, seed, stepOf } from "./seed.ts"

const MINUTE_MILLIS = 60_000
const history = historyOf(Array.from({ length: 80 }, (_, n) => n))
const full = stepOf(history)
const heads = headsOf(full)
const feedRows = heads.reduce((sum, head) => sum + head.seq, 0)
const NEVER = new AbortController().signal

let place: Place
beforeAll(async () => {
  place = await startPlace()
})
afterAll(() => place.stop())
beforeEach(async () => {
  await place.admin`TRUNCATE rm.checkpoint`
})

const countOf = async (table: string) => {
  const rows = await place.admin.unsafe<{ n: number }[]>(`SELECT count(*)::int AS n FROM rm.${table}`)
  return rows[0]?.n
}
const own = async (store: ProjectionStore): Promise<Ownership> => {
  const owner = await store.own(NEVER)
  if (owner === undefined) throw new Error("not owned")
  return owner
}

describe("a step", () => {
  it("is written whole with its checkpoint", async () => {
    const { projection, readModels } = place.open()
    const { owner } = await seed(place, projection, history)
    expect(await readModels.position()).toBe(full.to)
    expect(await countOf("feed")).toBe(feedRows)
    expect(await countOf("task")).toBe(full.tasks.length)
    await owner.release()
  })

  it("under an earlier epoch, from another position or for another generation writes nothing", async () => {
    const { projection, readModels } = place.open()
    const { owner } = await seed(place, projection, history)
    const next = { ...NO_ROWS, from: full.to, to: "999" as Position, teams: full.teams }
    const before = await place.admin`SELECT * FROM rm.team`
    await place.admin`UPDATE rm.team SET org_id = 'untouched'`
    expect(await projection.apply({ ...owner, epoch: String(BigInt(owner.epoch) - 1n) }, next)).toBe(false)
    expect(await projection.apply(owner, { ...next, from: "1" as Position })).toBe(false)
    expect(await projection.apply({ ...owner, generation: "g0" }, next)).toBe(false)
    expect(await readModels.position()).toBe(full.to)
    expect(await place.admin`SELECT DISTINCT org_id FROM rm.team`).toEqual([{ org_id: "untouched" }])
    expect(await projection.apply(owner, next)).toBe(true)
    expect(await place.admin`SELECT * FROM rm.team`).toEqual(before)
    await owner.release()
  })

  it("the database refuses leaves everything as it was", async () => {
    const { projection, readModels } = place.open()
    const { owner } = await seed(place, projection, history)
    const step = { ...NO_ROWS, from: full.to, to: "999" as Position, feed: full.feed.slice(0, 1) }
    const failed: unknown = await projection.apply(owner, step).catch((error: unknown) => error)
    expect(failed).toBeInstanceOf(DatabaseFault)
    expect(failed).toMatchObject({ kind: "refused", code: "23505" })
    expect(String(failed)).not.toContain(full.feed[0]?.feed_id)
    expect(await readModels.position()).toBe(full.to)
    await owner.release()
  })

  it("reads back the documents it wrote", async () => {
    const { projection } = place.open()
    const { owner } = await seed(place, projection, history)
    const [team, member, task, head] = [full.teams[0], full.members[0], full.tasks[0], heads[0]]
    const keys = {
      teams: [team?.team_id ?? ""],
      members: [member?.member_id ?? ""],
      tasks: [task?.task_id ?? "", "nobody"],
      schedules: [],
      feeds: [head?.feed_id ?? ""],
    }
    const state = await projection.load(owner, keys)
    expect([...state.teams.values()]).toEqual([team?.doc])
    expect([...state.members.values()]).toEqual([{ orgId: member?.org_id, doc: member?.doc }])
    expect([...state.tasks.values()]).toEqual([{ orgId: task?.org_id, doc: task?.doc }])
    expect([...state.feeds.values()]).toEqual([{ seq: head?.seq, position: head?.position }])
    await owner.release()
  })
})

describe("a reset", () => {
  it("empties everything at once, and only for the owner", async () => {
    const { projection, readModels } = place.open()
    const { owner } = await seed(place, projection, history)
    const to = { position: START, generation: "g2", feedVersion: 1 }
    expect(await projection.reset({ ...owner, epoch: "0" }, to)).toBeUndefined()
    expect(await countOf("feed")).toBe(feedRows)
    expect(await projection.reset(owner, to)).toMatchObject({ position: "0", generation: "g2" })
    expect(await readModels.position()).toBe("0")
    for (const table of ["team", "member", "task", "task_spec", "chat_message", "app_user", "dead_letter", "feed"])
      expect([table, await countOf(table)]).toEqual([table, 0])
    await owner.release()
  })

  it("keeps snapshots of the history before it out", async () => {
    const { projection } = place.open()
    const { owner, step } = await seed(place, projection, history)
    const head = headsOf(step)[0]
    const teamId = head?.feed_id.slice(5) ?? ""
    await projection.reset(owner, { position: START, generation: "g2", feedVersion: 1 })
    const again = {
      ...(await projection.reset(owner, { position: START, generation: "g3", feedVersion: 1 })),
    } as Ownership
    await projection.apply(again, step)
    const due = { teamId, head: head?.seq ?? 0, everyEvents: 10 }
    await projection.snapshots.store(owner, due)
    expect(await countOf("snapshot")).toBe(0)
    await projection.snapshots.store(again, due)
    expect(await countOf("snapshot")).toBe(Math.floor(due.head / 10))
    await owner.release()
  })
})

describe("the projection", () => {
  it("has one owner; the next waits and comes with a higher epoch", async () => {
    const [first, second] = [place.open().projection, place.open().projection]
    const owner = await own(first)
    let isOwned = false
    const waiting = own(second).then((next) => {
      isOwned = true
      return next
    })
    await until(async () => {
      const rows = await place.admin`
        SELECT 1 FROM pg_stat_activity WHERE application_name = 'muster-projection-owner' AND state = 'idle'`
      return rows.length === 2
    })
    expect(isOwned).toBe(false)
    await owner.release()
    const next = await waiting
    expect(BigInt(next.epoch)).toBe(BigInt(owner.epoch) + 1n)
    await next.release()
  })

  it("is let go of by a session that breaks, and its owner is told", async () => {
    const { projection } = place.open()
    const owner = await own(projection)
    await place.admin`
      SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'muster-projection-owner'`
    await until(() => owner.lost.aborted)
    const next = await own(projection)
    expect(BigInt(next.epoch)).toBe(BigInt(owner.epoch) + 1n)
    await next.release()
  })

  it("is waited for no longer when the wait is given up", async () => {
    const [first, second] = [place.open().projection, place.open().projection]
    const owner = await own(first)
    const giveUp = new AbortController()
    const waiting = second.own(giveUp.signal)
    giveUp.abort()
    expect(await waiting).toBeUndefined()
    await owner.release()
  })
})

describe("an advance", () => {
  it("is told at once in its own process, and by a hint or by polling in another", async () => {
    const [here, there] = [place.open(), place.open()]
    const { owner, step } = await seed(place, here.projection, [])
    expect(step.to).toBe("0")
    const told: string[] = []
    const feedsTold = new Map<string, number>()
    here.readModels.onAdvance((position) => told.push(`here ${position}`))
    there.readModels.onAdvance((position, feeds) => {
      told.push(`there ${position}`)
      for (const [feedId, seq] of feeds) feedsTold.set(feedId, seq)
    })
    const waits = [here, there].map((open) => open.readModels.waitFor(full.to, MINUTE_MILLIS))
    expect(await there.readModels.waitFor(full.to, 1)).toBe(false)
    await here.projection.apply(owner, full)
    const feeds = new Map(heads.map((head) => [head.feed_id, head.seq]))
    here.projection.advanced(full.to, feeds)
    expect(told).toContain(`here ${full.to}`)
    expect(await Promise.all(waits)).toEqual([true, true])
    await until(() => told.includes(`there ${full.to}`))
    expect(feedsTold).toEqual(feeds)
    expect(await there.readModels.waitFor(full.to, 0)).toBe(true)
    await owner.release()
  })

  it("that nobody announced is found all the same", async () => {
    const [here, there] = [place.open(), place.open()]
    const { owner } = await seed(place, here.projection, [])
    const waiting = there.readModels.waitFor(full.to, MINUTE_MILLIS)
    await here.projection.apply(owner, full)
    expect(await waiting).toBe(true)
    await owner.release()
  })

  it("back to the start shows a rebuild to those who listen", async () => {
    const [here, there] = [place.open(), place.open()]
    const { owner } = await seed(place, here.projection, history)
    const told: Position[] = []
    there.readModels.onAdvance((position) => told.push(position))
    await until(() => told.includes(full.to))
    await here.projection.reset(owner, { position: START, generation: "g1", feedVersion: 1 })
    await until(() => told.at(-1) === START)
    expect(await there.readModels.waitFor(full.to, 1)).toBe(false)
    await owner.release()
  })

  it("is not told to a listener that left, and one that fails harms no other", async () => {
    const { readModels, projection } = place.open()
    const told: string[] = []
    readModels.onAdvance(() => {
      throw new Error("a listener's own fault")
    })
    const leave = readModels.onAdvance(() => told.push("left"))
    readModels.onAdvance(() => told.push("stays"))
    leave()
    projection.advanced("5" as Position, new Map())
    expect(told).not.toContain("left")
    expect(told).toContain("stays")
  })
})

describe("the database", () => {
  it("lets the application fill and empty the tables, not change them", async () => {
    await expect(place.app`ALTER TABLE rm.task ADD COLUMN x int`).rejects.toMatchObject({ code: "42501" })
    await expect(place.app`DROP TABLE rm.feed`).rejects.toMatchObject({ code: "42501" })
    await expect(place.app`CREATE TABLE rm.mine (x int)`).rejects.toMatchObject({ code: "42501" })
    await expect(place.app`TRUNCATE rm.checkpoint`).rejects.toMatchObject({ code: "42501" })
  })

  it("is migrated once", async () => {
    const again = await migrateReadModels(place.owner)
    expect(again.from).toBe(again.to)
  })

  it("that goes away for a moment costs a query a retry", async () => {
    const { readModels } = place.open()
    await readModels.position()
    await place.admin`
      SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'muster-read-models'`
    expect(await readModels.position()).toBe("0")
  })

  it("that cannot be reached fails the layer's start with a word that gives nothing away", async () => {
    const url = new URL(place.url)
    url.password = "wrong-password"
    const start = (at: string) =>
      Effect.runPromiseExit(Effect.provide(Effect.void.pipe(Effect.andThen(ReadModels)), layerReadModels({ url: at })))
    const failed = await start(url.href)
    expect(Exit.isFailure(failed) && String(failed.cause)).toContain(ReadModelsUnavailable.name)
    expect(String(failed)).not.toContain("wrong-password")
    const both = Effect.gen(function* () {
      const models = yield* ReadModels
      yield* ProjectionStore
      return yield* Effect.promise(() => models.position())
    })
    expect(await Effect.runPromise(Effect.provide(both, layerReadModels({ url: place.url })))).toBe("0")
  })
})
