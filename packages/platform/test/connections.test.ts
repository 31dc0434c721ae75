import { createLogger, metrics, Pg, RedisConnections } from "@muster/platform"
import { startTestPostgres, startTestRedis, type TestPostgres, type TestRedis } from "@muster/platform/testing"
import { Effect, Exit, Redacted, Scope, Layer } from "effect"
import postgres from "postgres"
import { afterAll, beforeAll, describe, expect, test } from "vitest"

let pg: TestPostgres
let bus: TestRedis
beforeAll(async () => {
  ;[pg, bus] = await Promise.all([startTestPostgres(), startTestRedis()])
})
afterAll(async () => {
  await Promise.all([pg.stop(), bus.stop()])
})

describe("Pg", () => {
  const layer = () => Pg.layer({ url: Redacted.make(pg.appUrl), max: 2, applicationName: "platform-test" })

  test("gives a pool, 64-bit integers as strings, and closes it with the scope", async () => {
    const pool = await Effect.runPromise(
      Effect.gen(function* () {
        const { sql } = yield* Pg
        const rows = yield* Effect.promise(
          () => sql`select 9007199254740993::bigint as big, current_setting('application_name') as app`,
        )
        expect(rows[0]).toEqual({ big: "9007199254740993", app: "platform-test" })
        return sql
      }).pipe(Effect.provide(layer())),
    )
    await expect(pool`select 1`).rejects.toMatchObject({ code: "CONNECTION_ENDED" })
    const admin = postgres(pg.adminUrl, { max: 1 })
    await expect
      .poll(() => admin`select 1 from pg_stat_activity where application_name = 'platform-test'`)
      .toHaveLength(0)
    await admin.end()
  })

  test("fails at the start, without the password, when the database does not answer", async () => {
    const url = new URL(pg.appUrl)
    url.password = "hunter2"
    const exit = await Effect.runPromiseExit(
      Effect.scoped(Layer.build(Pg.layer({ url: url.href, max: 1, applicationName: "platform-test" }))),
    )
    const text = Exit.isFailure(exit) ? String(exit.cause) : "no failure"
    expect(text).toContain("PgUnavailable")
    expect(text).not.toContain("hunter2")
  })
})

describe("RedisConnections", () => {
  const withConnections = async <A>(
    use: (connections: RedisConnections["Service"], lines: string[]) => Promise<A>,
  ): Promise<A> => {
    const lines: string[] = []
    const log = createLogger({ service: "test", to: { write: (line: string) => void lines.push(line) } })
    const scope = Scope.makeUnsafe()
    const context = await Effect.runPromise(
      Layer.buildWithScope(RedisConnections.layer({ url: Redacted.make(bus.url), log }), scope),
    )
    try {
      return await Effect.runPromise(
        Effect.flatMap(RedisConnections, (connections) => Effect.promise(() => use(connections, lines))).pipe(
          Effect.provide(context),
        ),
      )
    } finally {
      await Effect.runPromise(Scope.close(scope, Exit.void))
    }
  }

  test("closes every connection with the scope, also one that waits in a blocking read", async () => {
    const { plain, blocking, read } = await withConnections(async ({ connect }) => {
      const plain = await connect("plain")
      const blocking = await connect("blocking", { blocking: true })
      const read = blocking.xread("BLOCK", 0, "STREAMS", "nothing", "$").catch((error: Error) => error.message)
      expect(await plain.client("LIST")).toMatch(/name=blocking/)
      return { plain, blocking, read }
    })
    expect(await read).toBe("Connection is closed.")
    await expect.poll(() => [plain.status, blocking.status]).toEqual(["end", "end"])
  })

  test("comes back after an outage, finishes what waited, and tells the outage once", async () => {
    await withConnections(async ({ connect }, lines) => {
      const redis = await connect("worker", { blocking: true })
      await bus.kill9()
      const answer = redis.ping()
      // Long enough for several attempts: their number is what must not show.
      await expect.poll(() => lines.length).toBeGreaterThan(0)
      let attempts = 0
      redis.on("reconnecting", () => (attempts += 1))
      await expect.poll(() => attempts, { timeout: 20_000 }).toBeGreaterThan(2)
      await bus.restart()
      expect(await answer).toBe("PONG")
      const messages = lines.map((line) => (JSON.parse(line) as { msg: string }).msg)
      expect(messages).toEqual(["Redis connection lost; reconnecting", "Redis connection is back"])
    })
  })
})

describe("metrics", () => {
  test("one metric per name, whoever asks first; another kind under that name is an error", async () => {
    const first = metrics.counter({ name: "muster_test_total", help: "for this test", labelNames: ["kind"] })
    const second = metrics.counter({ name: "muster_test_total", help: "for this test", labelNames: ["kind"] })
    first.inc({ kind: "a" })
    second.inc({ kind: "a" })
    expect((await metrics.expose()).body).toContain('muster_test_total{kind="a"} 2')
    expect(() => metrics.gauge({ name: "muster_test_total", help: "x" })).toThrow("another kind")
  })
})
