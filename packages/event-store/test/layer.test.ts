import { EventStore } from "@muster/event-store"
import { layerPostgres, migrateEventLog } from "@muster/event-store/postgres"
import { newEvents, newStream } from "@muster/event-store/testing"
import { startTestPostgres, type TestPostgres } from "@muster/platform/testing"
import { Effect, Layer } from "effect"
import postgres from "postgres"
import { afterAll, beforeAll, describe, expect, test } from "vitest"

let server: TestPostgres
let admin: postgres.Sql
beforeAll(async () => {
  server = await startTestPostgres()
  admin = postgres(server.adminUrl, { max: 1, onnotice: () => undefined })
})
afterAll(async () => {
  await admin.end()
  await server.stop()
})

const program = Effect.gen(function* () {
  const store = yield* EventStore
  return yield* Effect.promise(() => store.append([{ stream: newStream(), expectedRevision: 0, events: newEvents(1) }]))
}).pipe(Effect.provide(Layer.suspend(() => layerPostgres({ url: server.appUrl }))))

describe("the layer", () => {
  test("fails the start when the log is not there", async () => {
    const failure = await Effect.runPromise(Effect.flip(program))
    expect(failure).toMatchObject({ _tag: "LogUnavailable" })
  })

  test("provides the log, and leaves no connection behind when its scope closes", async () => {
    const owner = postgres(server.ownerUrl, { max: 1, onnotice: () => undefined })
    await migrateEventLog(owner)
    await owner.end()
    expect(await Effect.runPromise(program)).toMatchObject([{ ok: true, revision: 1 }])
    // A backend ends a moment after its client; the test's own time limit bounds the wait.
    const connected = async () => {
      const rows = await admin`SELECT pid FROM pg_stat_activity WHERE usename = 'muster_app'`
      return rows.length
    }
    while ((await connected()) > 0);
    expect(await connected()).toBe(0)
  })
})
