import { API_PREFIX, BODY_MAX_BYTES, type Problem } from "@muster/contracts"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { type Answer, call } from "./support/edge.ts"
import { addMember, type House, newTeam, openHouse } from "./support/house.ts"

let house: House
let team: string
let member: string
beforeAll(async () => {
  house = await openHouse()
  team = await newTeam(house)
  member = await addMember(house, team, "lea")
})
afterAll(() => house.close())

const task = (more: object) => house.post(`${team}/tasks`, { title: "Work", memberId: member, ...more })

/** Where the faults are, each place once. */
const pointersOf = ({ json }: Answer) =>
  [...new Set((json as Problem).errors?.map(({ pointer }) => pointer))].toSorted()

describe("what cannot be understood is a problem that says what to do", () => {
  test("in the form of RFC 9457, with a request id that stands in a header too", async () => {
    const answer = await call(house.edge, "GET", "/session")
    expect(answer.headers.get("content-type")).toBe("application/problem+json; charset=utf-8")
    expect(answer.json).toEqual({
      type: "urn:muster:problem:unauthenticated",
      title: "Sign in first",
      status: 401,
      instance: `${API_PREFIX}/session`,
      requestId: answer.headers.get("muster-request-id"),
    })
  })

  test.each([
    ["broken", '{"name":'],
    ["nothing", ""],
    ["a bare word", "name"],
    ["a poisoned prototype", '{"__proto__":{"x":1},"name":"a"}'],
  ])("a body of %s", async (_, body) => {
    expect(await house.post("/teams", body)).toMatchObject({ status: 400, problem: "malformed-json" })
  })

  test.each(["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "image/png"])(
    "a body of type %s",
    async (type) => {
      const options = { headers: { "content-type": type } }
      expect(await house.post("/teams", '{"name":"a"}', options)).toMatchObject({
        status: 415,
        problem: "unsupported-media-type",
      })
    },
  )

  test("a body that is too large", async () => {
    const answer = await house.post("/teams", { name: "a", description: "x".repeat(BODY_MAX_BYTES) })
    expect(answer).toMatchObject({ status: 413, problem: "too-large" })
  })

  test.each([
    ["an unknown field", { name: "a", colour: "red" }, "/colour"],
    ["a missing field", { description: "a" }, "/name"],
    ["an empty name", { name: "  " }, "/name"],
    ["a NUL character", { name: "a\u0000b" }, "/name"],
    ["half a character", { name: "a\ud800" }, "/name"],
    ["a wrong type", { name: 7 }, "/name"],
    ["too long a text", { name: "x".repeat(81) }, "/name"],
  ])("%s, pointed at", async (_, body, pointer) => {
    const answer = await house.post("/teams", body)
    expect(answer).toMatchObject({ status: 422, problem: "validation" })
    expect(pointersOf(answer)).toContain(pointer)
  })

  test("a body that is a list, a number or null", async () => {
    for (const body of ["[]", "7", "null", '"text"'])
      expect(await house.post("/teams", body)).toMatchObject({ status: 422, problem: "validation" })
  })

  test("several faults at once, each pointed at, also deep inside", async () => {
    const answer = await task({ retry: { maxAttempts: 0, backoffMillis: -1 }, priority: 99, deadlineAt: "tomorrow" })
    expect(pointersOf(answer)).toEqual(["/deadlineAt", "/priority", "/retry/backoffMillis", "/retry/maxAttempts"])
  })

  test.each(["limit=0", "limit=501", "limit=x", "limit=1&limit=2", "phase=nowhere", "surprise=1", "before=-1"])(
    "a query of %s",
    async (query) => {
      expect(await house.get(`${team}/tasks?${query}`)).toMatchObject({ status: 422, problem: "validation" })
    },
  )

  test("a NUL character in a query", async () => {
    expect(await house.get(`${team}/tasks?q=a%00b`)).toMatchObject({ status: 422, problem: "validation" })
  })

  test.each(["", "ключ", "x".repeat(201), "a\tb"])("an Idempotency-Key of %j", async (key) => {
    const headers = { "idempotency-key": Buffer.from(key, "utf8").toString("latin1") }
    expect(await house.post("/teams", { name: "a" }, { headers })).toMatchObject({
      status: 400,
      problem: "bad-idempotency-key",
    })
  })

  test("a method that the path does not answer, with those that it does", async () => {
    const answer = await call(house.edge, "PUT", "/teams", { cookie: house.owner, body: {} })
    expect(answer).toMatchObject({ status: 405, problem: "method-not-allowed" })
    expect(answer.headers.get("allow")).toBe("GET, POST")
  })

  test.each(["/nowhere", "/teams/a/b/c/d", "/agent/nowhere"])("a path of %s", async (path) => {
    expect(await house.get(path, { headers: { accept: "text/html" } })).toMatchObject({ status: 404 })
  })

  test("a path that is no text", async () => {
    expect(await house.get("/teams/%E0%A4%A")).toMatchObject({ status: 400, problem: "bad-request" })
  })
})

test("what goes wrong inside tells the caller a request id and nothing else; the log has the cause", async () => {
  const { reads } = house.floor
  const { list } = reads.teams
  const broken = reads.teams as { list: typeof list }
  broken.list = () => Promise.reject(new Error("secret inner state at /etc/shadow"))
  try {
    const answer = await house.get("/teams")
    expect(answer).toMatchObject({ status: 500, problem: "internal" })
    expect(JSON.stringify(answer.json)).not.toMatch(/secret|shadow|\.ts|stack/u)
    const { requestId } = answer.json as { requestId: string }
    const line = house.floor.lines.find(({ fields }) => (fields as { requestId?: string }).requestId === requestId)
    expect(line?.level).toBe("error")
  } finally {
    broken.list = list
  }
})

describe("headers", () => {
  test("forbid scripts, frames and guesses", async () => {
    const { headers } = await call(house.edge, "GET", "/session")
    const policy = headers.get("content-security-policy") ?? ""
    expect(policy).toContain("default-src 'self'")
    expect(policy).toContain("script-src 'self';")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).not.toContain("upgrade-insecure-requests")
    expect(headers.get("x-content-type-options")).toBe("nosniff")
    expect(headers.get("strict-transport-security")).toBeNull()
    expect(headers.get("cache-control")).toBe("no-store")
  })
})

test("secrets stand in no log line", async () => {
  const { code } = await house.floor.state.codes.mintSignIn({ personName: "Zoe", role: "viewer", ttlMillis: 60_000 })
  const answer = await call(house.edge, "POST", "/session", { body: { code } })
  const cookie = (answer.headers.get("set-cookie") ?? "").split(";")[0] ?? ""
  await house.as(cookie).get("/session?" + cookie)
  const text = JSON.stringify(house.floor.lines)
  expect(text).toContain("/api/v1/session")
  expect(text).not.toContain(code)
  expect(text).not.toContain(cookie.split("=")[1])
})
