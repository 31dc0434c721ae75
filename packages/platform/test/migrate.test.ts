import { migrate, MigrationFailed, MigrationStepsInvalid, SchemaTooNew } from "@muster/platform"
import { startTestPostgres, type TestPostgres } from "@muster/platform/testing"
import postgres from "postgres"
import { afterAll, beforeAll, describe, expect, test } from "vitest"

let server: TestPostgres
let owner: postgres.Sql
let app: postgres.Sql
beforeAll(async () => {
  server = await startTestPostgres()
  owner = postgres(server.ownerUrl, { max: 4, onnotice: () => undefined })
  app = postgres(server.appUrl, { max: 1 })
})
afterAll(async () => {
  await owner.end()
  await app.end()
  await server.stop()
})

const appRole = "muster_app"
const first = { version: 1, name: "notes", sql: "create table notes (id int primary key); create index on notes (id)" }
const second = {
  version: 2,
  name: "note text",
  sql: "alter table notes add body text; grant select on notes to muster_app",
}

describe("migrate", () => {
  test("runs each step once and stamps it", async () => {
    expect(await migrate(owner, { schema: "once", steps: [first], appRole })).toEqual({ from: 0, to: 1 })
    expect(await migrate(owner, { schema: "once", steps: [first, second], appRole })).toEqual({ from: 1, to: 2 })
    expect(await migrate(owner, { schema: "once", steps: [first, second], appRole })).toEqual({ from: 2, to: 2 })
    expect([...(await owner`select version, name from once.schema_version order by version`)]).toEqual([
      { version: 1, name: "notes" },
      { version: 2, name: "note text" },
    ])
  })

  test("gives the application's role what the steps grant and no more", async () => {
    await migrate(owner, { schema: "grants", steps: [first, second], appRole })
    expect([...(await app`select * from grants.notes`)]).toEqual([])
    await expect(app`insert into grants.notes values (1)`).rejects.toMatchObject({ code: "42501" })
    await expect(app`insert into grants.schema_version values (9, 'x')`).rejects.toMatchObject({ code: "42501" })
    await expect(app`create table grants.mine (id int)`).rejects.toMatchObject({ code: "42501" })
  })

  test("refuses data of a newer version with words a person can act on, and changes nothing", async () => {
    await migrate(owner, { schema: "newer", steps: [first, second], appRole })
    const error: unknown = await migrate(owner, { schema: "newer", steps: [first], appRole }).catch((e: unknown) => e)
    expect(error).toBeInstanceOf(SchemaTooNew)
    expect(String(error)).toContain(
      "this data was written by a newer Muster (schema newer 2, this version knows 1): start that version or newer; nothing was changed",
    )
    expect(await owner`select count(*)::int as n from newer.schema_version`).toMatchObject([{ n: 2 }])
  })

  test("undoes everything when one step fails", async () => {
    const broken = { version: 2, name: "broken", sql: "create table half (id int); select 1/0" }
    await migrate(owner, { schema: "undone", steps: [first], appRole })
    await expect(migrate(owner, { schema: "undone", steps: [first, broken], appRole })).rejects.toThrow(MigrationFailed)
    expect(await owner`select to_regclass('undone.half') as half`).toMatchObject([{ half: null }])
    expect(await migrate(owner, { schema: "undone", steps: [first, second], appRole })).toEqual({ from: 1, to: 2 })
  })

  test("lets several processes migrate at once: one does the work", async () => {
    const results = await Promise.all(
      Array.from({ length: 4 }, () => migrate(owner, { schema: "together", steps: [first, second], appRole })),
    )
    expect(results.toSorted((a, b) => a.from - b.from)).toEqual([
      { from: 0, to: 2 },
      { from: 2, to: 2 },
      { from: 2, to: 2 },
      { from: 2, to: 2 },
    ])
  })

  test("refuses a list of steps with a gap, and a schema name that is none", async () => {
    await expect(migrate(owner, { schema: "gap", steps: [second], appRole })).rejects.toThrow(MigrationStepsInvalid)
    await expect(migrate(owner, { schema: 'x"; drop', steps: [first], appRole })).rejects.toThrow(MigrationStepsInvalid)
  })
})
