import { historyOf } from "@muster/projections/testing"
import type { ProjectionOwner } from "@muster/read-models/writer"
import { START, type Position } from "@muster/domain"
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { startPlace, type Place } from "./place.ts"
import { seed, stepOf, teamOf } from "./seed.ts"

const history = historyOf(Array.from({ length: 80 }, (_, n) => n))
const full = stepOf(history)
const { teamId, subject } = teamOf(history, "owner")
const to = { position: START, generation: "g2", feedVersion: 1 }

let place: Place
beforeAll(async () => {
  place = await startPlace()
})
afterAll(() => place.stop())
beforeEach(async () => {
  await place.admin`TRUNCATE rm.checkpoint`
})

const owned = (owner: ProjectionOwner | undefined): ProjectionOwner => {
  if (owner === undefined) throw new Error("not owned")
  return owner
}

/** Whatever the database knows of the tables of a schema: columns, keys, indexes, settings and rights. */
const shapeOf = async (schema: string) => ({
  // Without their numbers: columns that were dropped leave holes in those of a table that is older.
  columns: await place.admin`
    SELECT table_name, column_name, data_type, is_nullable, collation_name FROM information_schema.columns
    WHERE table_schema = ${schema} AND table_name NOT IN ('checkpoint', 'schema_version')
    ORDER BY table_name, ordinal_position`,
  indexes: await place.admin`
    SELECT tablename, indexname, replace(indexdef, ${`${schema}.`}, '') AS definition FROM pg_indexes
    WHERE schemaname = ${schema} AND tablename NOT IN ('checkpoint', 'schema_version') ORDER BY 1, 2`,
  settings: await place.admin`
    SELECT c.relname, c.reloptions, (SELECT array_agg(a::text ORDER BY a::text) FROM unnest(c.relacl) a) AS rights FROM pg_class c
    WHERE c.relnamespace = ${schema}::regnamespace AND c.relkind = 'r' AND c.relname NOT IN ('checkpoint', 'schema_version')
    ORDER BY 1`,
})

describe("read models that are built beside those in use", () => {
  it("are seen by nobody until they are swapped in, and then as a whole, with all their indexes and rights", async () => {
    const { projection, readModels } = place.open()
    const { owner } = await seed(place, projection, history)
    const before = await shapeOf("rm")
    const tasks = await readModels.tasks.list(subject, teamId, { limit: 500 })
    await place.admin`UPDATE rm.team SET org_id = 'old'`
    const next = owned(await projection.build.begin(owner, to))
    expect(await readModels.tasks.list(subject, teamId, { limit: 500 })).toEqual(tasks)
    expect(await projection.apply(next, full)).toBe(true)
    expect(await projection.build.index(next)).toBe(true)
    expect(await readModels.position()).toBe(full.to)
    expect(await place.admin`SELECT DISTINCT org_id FROM rm.team`).toEqual([{ org_id: "old" }])
    const after = owned(await projection.build.swap(next, full.to))
    expect(after).toMatchObject({ position: full.to, generation: "g2" })
    expect(await readModels.tasks.list(subject, teamId, { limit: 500 })).toEqual(tasks)
    expect(await place.admin`SELECT DISTINCT org_id FROM rm.team WHERE org_id = 'old'`).toEqual([])
    expect(await shapeOf("rm")).toEqual(before)
    expect((await shapeOf("rm_next")).settings).toEqual([])
    expect(await projection.apply(after, { ...full, from: full.to, to: full.to, feed: [] })).toBe(true)
    await owner.release()
  })

  it("are begun, indexed and swapped for the owner alone, and at the position that was meant", async () => {
    const { projection, readModels } = place.open()
    const { owner } = await seed(place, projection, history)
    const stranger = { ...owner, epoch: "0" }
    expect(await projection.build.begin(stranger, to)).toBeUndefined()
    const next = owned(await projection.build.begin(owner, to))
    await projection.apply(next, full)
    expect(await projection.build.index({ ...next, epoch: "0" })).toBe(false)
    expect(await projection.build.swap({ ...next, epoch: "0" }, full.to)).toBeUndefined()
    expect(await projection.build.swap(next, "1" as Position)).toBeUndefined()
    expect(await readModels.position()).toBe(full.to)
    expect(await place.admin`SELECT generation FROM rm.checkpoint`).toEqual([{ generation: "g1" }])
    await owner.release()
  })

  it("give way to another attempt", async () => {
    const { projection } = place.open()
    const { owner } = await seed(place, projection, history)
    const first = owned(await projection.build.begin(owner, to))
    await projection.apply(first, full)
    const second = owned(await projection.build.begin(owner, { ...to, generation: "g3" }))
    expect(await place.admin`SELECT count(*)::int AS n FROM rm_next.task`).toEqual([{ n: 0 }])
    expect(await projection.apply(first, full)).toBe(false)
    expect(await projection.apply(second, full)).toBe(true)
    await owner.release()
  })

  it("wait for readers that keep the tables, for a moment only", async () => {
    const { projection, readModels } = place.open()
    const { owner } = await seed(place, projection, history)
    const next = owned(await projection.build.begin(owner, to))
    await projection.apply(next, full)
    await projection.build.index(next)
    await place.admin.begin(async (sql) => {
      await sql`SELECT 1 FROM rm.task LIMIT 1`
      await expect(projection.build.swap(next, full.to)).rejects.toMatchObject({ kind: "busy" })
    })
    expect(await place.admin`SELECT generation FROM rm.checkpoint`).toEqual([{ generation: "g1" }])
    expect(await projection.build.swap(next, full.to)).toMatchObject({ generation: "g2" })
    expect(await readModels.position()).toBe(full.to)
    await owner.release()
  })
})
