import { migrateEventLog, openPostgresEventStore, rotateGeneration } from "@muster/event-store/postgres"
import { newEvents, newStream } from "@muster/event-store/testing"
import { startTestPostgres, type TestPostgres } from "@muster/platform/testing"
import postgres from "postgres"
import { afterAll, beforeAll, describe, expect, test } from "vitest"

let server: TestPostgres
let owner: postgres.Sql
let app: postgres.Sql
beforeAll(async () => {
  server = await startTestPostgres()
  owner = postgres(server.ownerUrl, { max: 1, onnotice: () => undefined })
  app = postgres(server.appUrl, { max: 1, onnotice: () => undefined })
  await migrateEventLog(owner)
})
afterAll(async () => {
  await app.end()
  await owner.end()
  await server.stop()
})

const NO_PRIVILEGE = "42501"

describe("the application's role", () => {
  test.each([
    ["change an event", "UPDATE es.events SET data = '{}'"],
    ["delete an event", "DELETE FROM es.events"],
    ["empty the log", "TRUNCATE es.events"],
    ["drop the log", "DROP TABLE es.events"],
    ["alter the log", "ALTER TABLE es.events ADD COLUMN more int"],
    [
      "hang a trigger on the log",
      "CREATE TRIGGER t BEFORE INSERT ON es.events EXECUTE FUNCTION suppress_redundant_updates_trigger()",
    ],
    ["rotate the generation", "UPDATE es.meta SET generation = gen_random_uuid()"],
    ["forget the generation", "DELETE FROM es.meta"],
    ["replace the append function", "CREATE OR REPLACE FUNCTION es.append() RETURNS int LANGUAGE sql AS 'SELECT 1'"],
    ["make something in the schema", "CREATE TABLE es.mine (id int)"],
    ["stamp the schema", "INSERT INTO es.schema_version (version, name) VALUES (99, 'x')"],
  ])("may not %s", async (_, statement) => {
    await expect(app.unsafe(statement)).rejects.toMatchObject({ code: NO_PRIVILEGE })
  })

  test("has exactly SELECT and INSERT on events, SELECT on meta, and EXECUTE on the two functions", async () => {
    const tables = await owner`
      SELECT table_name AS name, privilege_type AS may FROM information_schema.role_table_grants
      WHERE grantee = 'muster_app' AND table_schema = 'es' ORDER BY 1, 2`
    expect(tables.map((row) => `${String(row["name"])} ${String(row["may"])}`)).toEqual([
      "events INSERT",
      "events SELECT",
      "meta SELECT",
      "schema_version SELECT",
    ])
    const functions = await owner`
      SELECT p.proname AS name, has_function_privilege('muster_app', p.oid, 'EXECUTE') AS may,
             has_function_privilege('public', p.oid, 'EXECUTE') AS everyone
      FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = 'es' ORDER BY 1`
    expect([...functions]).toEqual([
      { name: "append", may: true, everyone: false },
      { name: "find_stored", may: true, everyone: false },
    ])
  })
})

describe("the schema", () => {
  test("is made once: migrating again changes nothing", async () => {
    expect(await migrateEventLog(owner)).toEqual({ from: 5, to: 5 })
  })

  test("reads and appends by index probes only", async () => {
    const plans = await app.begin(async (sql) => {
      await sql`SET LOCAL enable_seqscan = off`
      return Promise.all(
        [
          "SELECT * FROM es.events WHERE position > 5 ORDER BY position LIMIT 10",
          "SELECT * FROM es.events WHERE stream = 's' AND revision > 5 ORDER BY revision LIMIT 10",
          "SELECT max(position) FROM es.events",
        ].map((statement) => sql.unsafe(`EXPLAIN ${statement}`)),
      )
    })
    for (const plan of plans) {
      const text = plan.map((row) => String(row["QUERY PLAN"])).join("\n")
      expect(text).toMatch(/Index (?:Only )?Scan/u)
      expect(text).not.toMatch(/Seq Scan|Sort/u)
    }
  })
})

describe("the generation", () => {
  test("changes when the owner rotates it, for every client at once; positions go on", async () => {
    const store = openPostgresEventStore({ url: server.appUrl })
    try {
      const before = await store.generation()
      const first = await store.append([{ stream: newStream(), expectedRevision: 0, events: newEvents(1) }])
      const rotated = await rotateGeneration(owner)
      expect(rotated).not.toBe(before)
      expect(await store.generation()).toBe(rotated)
      const second = await store.append([{ stream: newStream(), expectedRevision: 0, events: newEvents(1) }])
      expect(first).toMatchObject([{ ok: true, lastPosition: "1" }])
      expect(second).toMatchObject([{ ok: true, lastPosition: "2" }])
    } finally {
      await store.close()
    }
  })
})
