import { createLogger, effectLoggerLayer } from "@muster/platform"
import { Effect } from "effect"
import { Redis } from "ioredis"
import { describe, expect, test } from "vitest"

const capture = () => {
  const lines: string[] = []
  const log = createLogger({ service: "test", level: "debug", to: { write: (line: string) => void lines.push(line) } })
  return { log, lines, last: () => JSON.parse(lines.at(-1) ?? "{}") as Record<string, unknown> }
}

describe("createLogger", () => {
  test("writes one JSON line with level, time, service and message", () => {
    const { log, last } = capture()
    log.info({ taskId: "t1", nested: { position: 12n } }, "assigned")
    expect(last()).toEqual({
      level: "info",
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      service: "test",
      taskId: "t1",
      nested: { position: "12" },
      msg: "assigned",
    })
  })

  test.each([
    { password: "hunter2" },
    { user: { adminPassword: "hunter2" } },
    { list: [{ accessToken: "hunter2" }] },
    { headers: { Authorization: "Bearer hunter2", "set-cookie": ["muster=hunter2"] } },
    { body: { code: "hunter2", setupCode: "hunter2" } },
    { client_secret: { value: "hunter2" } },
    { url: "redis://default:hunter2@127.0.0.1:6379/0" },
    { link: "http://localhost:7400/signin#code=hunter2" },
    { err: new Error("can not reach postgres://owner:hunter2@db/muster") },
    { err: new Error("outer", { cause: new Error("postgres://owner:hunter2@db") }) },
    { err: Object.assign(new Error("NOAUTH"), { command: { name: "auth", args: ["default", "hunter2"] } }) },
    { deep: { a: { b: { c: { d: { e: { f: { token: "hunter2" } } } } } } } },
  ])("keeps the secret of %j out of the line", (fields) => {
    const { log, lines } = capture()
    log.error(fields, "see postgres://owner:hunter2@db")
    expect(lines).toHaveLength(1)
    expect(lines[0]).not.toContain("hunter2")
  })

  test("keeps what is no secret, and an error's words, code, stack and causes", () => {
    const { log, last } = capture()
    const cause = Object.assign(new Error("refused"), { code: "ECONNREFUSED" })
    log.error({ err: new TypeError("no bus", { cause }), exitCode: 3, tokens: 120, barcode: "x" }, "lost")
    expect(last()).toMatchObject({
      exitCode: 3,
      tokens: 120,
      barcode: "x",
      err: {
        type: "TypeError",
        message: "no bus",
        stack: expect.stringContaining("logger.test.ts"),
        cause: { message: "refused", errno: "ECONNREFUSED" },
      },
    })
  })

  test("an error alone is told whole", () => {
    const { log, last } = capture()
    log.error(new Error("alone"))
    expect(last()).toMatchObject({ err: { message: "alone" }, msg: "alone" })
  })

  test("a driver's object can be logged without an endless walk", () => {
    const { log, lines } = capture()
    const redis = new Redis({ lazyConnect: true, password: "hunter2" })
    log.info({ redis }, "connection")
    redis.disconnect()
    expect(lines[0]).not.toContain("hunter2")
  })

  test("Effect programs log through it", async () => {
    const { log, last } = capture()
    await Effect.runPromise(
      Effect.logWarning("slow", { password: "hunter2", millis: 12 }).pipe(Effect.provide(effectLoggerLayer(log))),
    )
    expect(last()).toMatchObject({ level: "warn", msg: "slow", millis: 12, password: "[redacted]" })
  })
})
