import { ATTEMPTS_PER_SOURCE_MAX } from "@muster/operational-state"
import { ensureOrganisation } from "@muster/control-plane"
import { LogUnavailable } from "@muster/event-store"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { SIGN_INS_PER_MINUTE_MAX } from "#src/limits.ts"
import { call, type Edge, type Floor, startEdge, startFloor } from "./support/edge.ts"
import { refusing } from "./support/faults.ts"

let floor: Floor
let edge: Edge
beforeAll(async () => {
  floor = await startFloor()
  edge = await startEdge(floor)
})
afterAll(async () => {
  await edge.close()
  await floor.stop()
})

const exchange = (body: object, at = edge) => call(at, "POST", "/session", { body })
const cookieOf = (headers: Headers) => (headers.get("set-cookie") ?? "").split(";")[0] ?? ""
const mint = async (personName: string, role: "owner" | "operator" | "viewer") =>
  (await floor.state.codes.mintSignIn({ personName, role, ttlMillis: 60_000 })).code

describe("the first start", () => {
  test("makes one organisation, however many processes start at once, and finds it again", async () => {
    const made = await Promise.all(Array.from({ length: 4 }, () => ensureOrganisation(floor.log)))
    expect(new Set(made.map(({ orgId }) => orgId)).size).toBe(1)
    const events = await floor.log.readAll({ after: "0" as never, limit: 100 })
    expect(events.filter(({ type }) => type === "OrganisationCreated")).toHaveLength(1)
  })

  test("makes who brings the setup code the owner, recorded in the log", async () => {
    const setup = await floor.state.codes.ensureSetupCode()
    const code = setup.state === "open" ? setup.code : ""
    const answer = await exchange({ code, name: "Ada" })
    expect(answer).toMatchObject({ status: 200, json: { user: { name: "Ada", role: "owner" } } })
    const events = await floor.log.readAll({ after: "0" as never, limit: 100 })
    expect(events.filter(({ type }) => type === "UserRegistered")).toMatchObject([
      { data: { name: "Ada", role: "owner" }, meta: { actor: { kind: "system", id: "setup" } } },
    ])
    expect(await exchange({ code, name: "Eve" })).toMatchObject({ status: 401, problem: "code-refused" })
  })
})

describe("a session", () => {
  test("is a cookie that scripts cannot read and other sites never send", async () => {
    const answer = await exchange({ code: await mint("Bo", "operator") })
    const header = answer.headers.get("set-cookie") ?? ""
    expect(header).toMatch(/^muster_session=[A-Za-z0-9_-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=2592000$/u)
    expect(header).not.toContain("Secure")
    const { expiresAt } = answer.json as { expiresAt: string }
    expect(await call(edge, "GET", "/session", { cookie: cookieOf(answer.headers) })).toMatchObject({
      status: 200,
      json: { user: { name: "Bo", role: "operator" }, org: { name: "Muster" }, expiresAt },
    })
  })

  test("is marked Secure where people come by https", async () => {
    const secure = await startEdge(floor, { publicUrl: "https://muster.example" })
    const answer = await exchange({ code: await mint("Bo", "operator") }, secure)
    expect(answer.headers.get("set-cookie")).toContain("; Secure")
    expect(answer.headers.get("strict-transport-security")).toContain("max-age=")
    await secure.close()
  })

  test("ends when its owner signs out", async () => {
    const cookie = cookieOf((await exchange({ code: await mint("Bo", "operator") })).headers)
    const out = await call(edge, "DELETE", "/session", { cookie })
    expect(out.status).toBe(200)
    expect(out.headers.get("set-cookie")).toContain("muster_session=; Path=/")
    expect(await call(edge, "GET", "/session", { cookie })).toMatchObject({ status: 401 })
  })
})

describe("a person", () => {
  test("who signs in by another code is the same person, with the recorded role", async () => {
    const first = await exchange({ code: await mint("Cleo", "viewer") })
    const again = await exchange({ code: await mint(" CLEO ", "owner") })
    expect((again.json as { user: object }).user).toEqual((first.json as { user: object }).user)
  })

  test("is known to colleagues by name", async () => {
    const answer = await exchange({ code: await mint("Dee", "viewer") })
    await floor.reads.waitFor(await floor.log.head(), 5_000)
    const { items } = (await call(edge, "GET", "/people", { cookie: cookieOf(answer.headers) })).json as {
      items: { name: string }[]
    }
    expect(items.map(({ name }) => name)).toEqual(expect.arrayContaining(["Ada", "Dee"]))
  })
})

test("a code stays good when the log was away while it was exchanged", async () => {
  const code = await mint("Fay", "viewer")
  const away = await refusing(floor.log, new LogUnavailable({ cause: "gone" }), () => exchange({ code }))
  expect(away).toMatchObject({ status: 503, problem: "log-unavailable" })
  expect(await exchange({ code })).toMatchObject({ status: 200 })
})

test("whoever guesses codes is stopped, also from the right one", async () => {
  const code = await mint("Gus", "viewer")
  const answers = []
  for (let i = 0; i < ATTEMPTS_PER_SOURCE_MAX + 1; i++) answers.push(await exchange({ code: `guess-${i}` }))
  expect(answers.map(({ status }) => status)).toContain(429)
  const last = await exchange({ code })
  expect(last).toMatchObject({ status: 429, problem: "too-many-requests" })
  expect(Number(last.headers.get("retry-after"))).toBeGreaterThan(0)
})

test("sign-ins of one address are limited more tightly than the rest", async () => {
  const fresh = await startEdge(floor)
  const statuses = []
  for (let i = 0; i <= SIGN_INS_PER_MINUTE_MAX; i++) statuses.push((await exchange({}, fresh)).status)
  expect(statuses).toEqual([...Array.from({ length: SIGN_INS_PER_MINUTE_MAX }, () => 422), 429])
  expect(await call(fresh, "GET", "/session")).toMatchObject({ status: 401 })
  await fresh.close()
})

test("an address that asks too often is told to wait", async () => {
  const strict = await startEdge(floor, { requestsPerMinute: 3 })
  const answers = []
  for (let i = 0; i < 4; i++) answers.push(await call(strict, "GET", "/session"))
  expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 429])
  expect(answers[3]).toMatchObject({ problem: "too-many-requests" })
  expect(Number(answers[3]?.headers.get("retry-after"))).toBeGreaterThan(0)
  await strict.close()
})
