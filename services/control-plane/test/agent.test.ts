import { createHash, randomBytes } from "node:crypto"
import { API_PREFIX, type AgentCredentials, OUTPUT_CHUNK_MAX_BYTES, OUTPUT_MAX_BYTES } from "@muster/contracts"
import { AssignmentId, fact } from "@muster/domain"
import { keys } from "@muster/team-bus"
import { Redis } from "ioredis"
import { v7 } from "uuid"
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest"
import { call } from "./support/edge.ts"
import { addMember, dispatch, type House, memberIdOf, newTeam, openHouse, record } from "./support/house.ts"

let house: House
let team: string
let member: string
beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house.close())
beforeEach(async () => {
  team = await newTeam(house)
  member = await addMember(house, team, "lea")
})

const enroll = async (id = member) =>
  ((await house.post(`${team}/members/${id}/enroll`, {})).json as { token: string }).token
const boot = (token: string) =>
  call(house.edge, "POST", "/agent/bootstrap", { body: { token, agentVersion: "1.0.0", host: "box" } })
const join = async (id = member) => (await boot(await enroll(id))).json as AgentCredentials

const connect = async ({ bus }: AgentCredentials) => {
  const { hostname, port } = new URL(house.floor.redis.url)
  const redis = new Redis({
    host: hostname,
    port: Number(port),
    username: bus.username,
    password: bus.password,
    lazyConnect: true,
    enableReadyCheck: false,
    retryStrategy: () => null,
    maxRetriesPerRequest: 0,
  })
  redis.on("error", () => undefined)
  return redis
}

const busUsers = async () => {
  const admin = new Redis(house.floor.redis.url)
  const users = await admin.acl("USERS")
  admin.disconnect()
  return users
}

/** Bytes to an agent's door. */
const deliver = async (
  method: "POST" | "PUT",
  path: string,
  { apiKey }: { readonly apiKey: string },
  bytes: Uint8Array<ArrayBuffer>,
  type = "application/octet-stream",
) => {
  const response = await fetch(`${house.edge.url}${API_PREFIX}/agent${path}`, {
    method,
    headers: { authorization: `Bearer ${apiKey}`, "content-type": type },
    body: bytes,
  })
  return { status: response.status, json: (await response.json()) as Record<string, unknown> }
}

const assign = async (taskId: string, memberId = member) => {
  const assignmentId = AssignmentId.make(v7())
  const assigned = { assignmentId, memberId: memberIdOf(memberId), run: 1, attempt: 1, epoch: 1 }
  await record(house, team, taskId, fact("TaskAssigned", assigned), fact("TaskStarted", { assignmentId }))
  return assignmentId
}
const bytes = (text: string) => new TextEncoder().encode(text)

describe("a file that came with a task", () => {
  const attach = async (text: string) => {
    const response = await fetch(`${house.edge.url}${API_PREFIX}${team}/files?name=plan.txt`, {
      method: "POST",
      headers: { "content-type": "application/octet-stream", cookie: house.owner },
      body: text,
    })
    const { sha256 } = (await response.json()) as { readonly sha256: string }
    return { sha256, taskId: await dispatch(house, team, member, { attachments: [{ sha256 }] }) }
  }
  const read = (path: string, { apiKey }: { readonly apiKey: string }) =>
    fetch(`${house.edge.url}${API_PREFIX}/agent${path}`, { headers: { authorization: `Bearer ${apiKey}` } })

  test("is read by the agent that holds it, and by nobody else", async () => {
    const { sha256, taskId } = await attach("the plan")
    const assignmentId = await assign(taskId)
    const path = `/tasks/${taskId}/assignments/${assignmentId}/attachments/${sha256}`
    const own = await read(path, await join())
    expect([own.status, own.headers.get("content-type")]).toEqual([200, "application/octet-stream"])
    expect(await own.text()).toBe("the plan")
    const other = await addMember(house, team, "bob")
    expect((await read(path, await join(other))).status).toBe(404)
    expect((await read(path, { apiKey: "nobody" })).status).toBe(401)
  })

  test("is no other file of the team, whatever its hash", async () => {
    const { taskId } = await attach("the plan")
    const other = await attach("another plan")
    const assignmentId = await assign(taskId)
    const path = `/tasks/${taskId}/assignments/${assignmentId}/attachments/${other.sha256}`
    expect((await read(path, await join())).status).toBe(404)
  })
})

describe("bootstrap", () => {
  test("exchanges a token for credentials that open the member's own part of the bus and nothing else", async () => {
    const credentials = await join()
    expect(credentials).toMatchObject({
      memberId: member,
      teamId: team.slice("/teams/".length),
      controlPlaneUrl: house.edge.url,
      bus: { url: "redis://bus.example:6379" },
      settings: { slots: 1, runtime: "simulated", runtimeOptions: {} },
    })
    const redis = await connect(credentials)
    await redis.connect()
    await redis.set(keys.presence(credentials), "{}")
    await expect(redis.set(keys.inbox(credentials), "x")).rejects.toThrow(/NOPERM/u)
    redis.disconnect()
  })

  test("is recorded, and the token is spent", async () => {
    const token = await enroll()
    const { json } = await boot(token)
    const events = await house.floor.log.readStream(`member-${member}`)
    expect(events.at(-1)).toMatchObject({
      type: "MemberBound",
      data: { incarnation: (json as AgentCredentials).incarnation, agentVersion: "1.0.0", host: "box" },
      meta: { actor: { kind: "member", id: member, via: "agent-api" } },
    })
    expect(await boot(token)).toMatchObject({ status: 401, problem: "token-refused" })
    expect(await boot("never-minted")).toMatchObject({ status: 401, problem: "token-refused" })
  })

  test("of a second agent voids the first one's key and bus user at once", async () => {
    const first = await join()
    const redis = await connect(first)
    await redis.connect()
    const second = await join()
    await expect(redis.set(keys.presence(first), "{}")).rejects.toThrow(/closed|WRONGPASS|NOAUTH|max retries/iu)
    redis.disconnect()
    const task = await dispatch(house, team, member)
    const path = `/tasks/${task}/assignments/${await assign(task)}/output?offset=0`
    expect(await deliver("POST", path, first, bytes("x"))).toMatchObject({ status: 401 })
    expect(await deliver("POST", path, second, bytes("x"))).toMatchObject({ status: 200, json: { size: 1 } })
  })

  test("fails for a removed member, whose key and bus user are void too", async () => {
    const credentials = await join()
    expect(await busUsers()).toContain(credentials.bus.username)
    const token = await enroll()
    const task = await dispatch(house, team, member)
    const path = `/tasks/${task}/assignments/${await assign(task)}/output?offset=0`
    await house.post(`${team}/members/${member}/remove`, {})
    expect(await boot(token)).toMatchObject({ status: 401 })
    expect(await deliver("POST", path, credentials, bytes("x"))).toMatchObject({ status: 401 })
    expect(await busUsers()).not.toContain(credentials.bus.username)
  })

  test("leaves the token good when the bus is away", async () => {
    const token = await enroll()
    const { grant } = house.floor.bus.acl
    const broken = house.floor.bus.acl as { grant: typeof grant }
    const { BusUnavailable } = await import("@muster/team-bus")
    broken.grant = () => Promise.reject(new BusUnavailable({ reason: "test" }))
    expect(await boot(token)).toMatchObject({ status: 503, problem: "unavailable" })
    broken.grant = grant
    expect(await boot(token)).toMatchObject({ status: 200 })
  })

  test("refuses a request that is not one", async () => {
    expect(await call(house.edge, "POST", "/agent/bootstrap", { body: { token: "x" } })).toMatchObject({ status: 422 })
    const body = { token: "x", agentVersion: "1", host: "a\u0000" }
    expect(await call(house.edge, "POST", "/agent/bootstrap", { body })).toMatchObject({ status: 422 })
  })
})

describe("output", () => {
  const working = async () => {
    const credentials = await join()
    const task = await dispatch(house, team, member)
    const assignment = await assign(task)
    const append = (offset: number, chunk: Uint8Array<ArrayBuffer>, as = credentials) =>
      deliver("POST", `/tasks/${task}/assignments/${assignment}/output?offset=${offset}`, as, chunk)
    return { credentials, task, assignment, append }
  }
  const read = async (task: string, query = "") => {
    const response = await fetch(`${house.edge.url}${API_PREFIX}${team}/tasks/${task}/output${query}`, {
      headers: { cookie: house.owner },
    })
    return { status: response.status, headers: response.headers, text: await response.text() }
  }

  test("is appended by offset; repeats are passed over, gaps are told with where to go on", async () => {
    const { task, append } = await working()
    expect(await append(0, bytes("hello "))).toMatchObject({ status: 200, json: { size: 6 } })
    expect(await append(0, bytes("hello wor"))).toMatchObject({ status: 200, json: { size: 9 } })
    expect(await append(20, bytes("x"))).toMatchObject({
      status: 409,
      json: { type: "urn:muster:problem:output-gap", size: 9 },
    })
    expect(await append(9, bytes("ld"))).toMatchObject({ status: 200, json: { size: 11 } })
    const all = await read(task)
    expect(all.text).toBe("hello world")
    expect(all.headers.get("muster-output-size")).toBe("11")
    expect((await read(task, "?offset=6&limit=3")).text).toBe("wor")
    expect((await read(task, "?offset=50")).text).toBe("")
  })

  test("is never run or guessed at by a browser", async () => {
    const { task, append } = await working()
    await append(0, bytes("<script>alert(1)</script>"))
    const { headers } = await read(task)
    expect(headers.get("content-type")).toBe("application/octet-stream")
    expect(headers.get("x-content-type-options")).toBe("nosniff")
    expect(headers.get("content-security-policy")).toContain("sandbox")
  })

  test("of a task without any is empty; of an assignment it never had is not found", async () => {
    const task = await dispatch(house, team, member)
    const none = await read(task)
    expect([none.status, none.text, none.headers.get("muster-output-size")]).toEqual([200, "", "0"])
    expect((await read(task, `?assignment=${v7()}`)).status).toBe(404)
  })

  test("goes only to assignments of the member itself", async () => {
    const { task, assignment } = await working()
    const bob = await addMember(house, team, "bob")
    const other = await join(bob)
    const path = `/tasks/${task}/assignments/${assignment}/output?offset=0`
    expect(await deliver("POST", path, other, bytes("x"))).toMatchObject({ status: 404 })
    const wrong = `/tasks/${task}/assignments/${v7()}/output?offset=0`
    expect(await deliver("POST", wrong, other, bytes("x"))).toMatchObject({ status: 404 })
  })

  test("is bounded, a chunk and in all", async () => {
    const { append } = await working()
    expect(await append(0, new Uint8Array(OUTPUT_CHUNK_MAX_BYTES + 1))).toMatchObject({ status: 413 })
    expect(await append(OUTPUT_MAX_BYTES, bytes("x"))).toMatchObject({ status: 413 })
    expect(await append(-1, bytes("x"))).toMatchObject({ status: 422 })
  })

  test("must be sent as bytes; none at all is fine", async () => {
    const { credentials, task, assignment, append } = await working()
    const path = `/tasks/${task}/assignments/${assignment}/output?offset=0`
    expect(await deliver("POST", path, credentials, bytes("{}"), "application/json")).toMatchObject({ status: 415 })
    expect(await append(0, new Uint8Array())).toMatchObject({ status: 200, json: { size: 0 } })
  })
})

describe("artifacts", () => {
  const sha256 = (content: Uint8Array) => createHash("sha256").update(content).digest("hex")
  const made = async (content: Uint8Array<ArrayBuffer>, name: string, mediaType: string) => {
    const credentials = await join()
    const hash = sha256(content)
    const stored = await deliver("PUT", `/blobs/${hash}`, credentials, content)
    const task = await dispatch(house, team, member)
    const assignmentId = await assign(task)
    const artifact = { assignmentId, name, sha256: hash, size: content.length, mediaType }
    await record(house, team, task, fact("TaskArtifactAdded", artifact))
    const response = await fetch(`${house.edge.url}${API_PREFIX}${team}/tasks/${task}/artifacts/${hash}`, {
      headers: { cookie: house.owner },
    })
    return { stored, response, task, hash }
  }

  test("come back as they were sent, as downloads that no browser runs", async () => {
    const content = new Uint8Array(randomBytes(3_000_000))
    const { stored, response, hash } = await made(content, "out/Zeichnung ä.html", "text/html")
    expect(stored).toEqual({ status: 200, json: { sha256: hash, size: content.length } })
    expect(Buffer.compare(Buffer.from(await response.arrayBuffer()), Buffer.from(content))).toBe(0)
    expect(response.headers.get("content-disposition")).toBe(
      `attachment; filename="Zeichnung _.html"; filename*=UTF-8''Zeichnung%20%C3%A4.html`,
    )
    expect(response.headers.get("content-type")).toBe("text/html")
    expect(response.headers.get("content-security-policy")).toContain("sandbox")
    expect(response.headers.get("x-content-type-options")).toBe("nosniff")
  })

  test("of a claimed type that is none are just bytes, and an empty file is a file", async () => {
    const { response, stored } = await made(new Uint8Array(), "a", "text/html\r\nset-cookie: x=1")
    expect(stored.status).toBe(200)
    expect(response.status).toBe(200)
    expect(response.headers.get("content-type")).toBe("application/octet-stream")
    expect(response.headers.get("set-cookie")).toBeNull()
  })

  test("with another hash than announced are not kept", async () => {
    const credentials = await join()
    const hash = sha256(bytes("right"))
    expect(await deliver("PUT", `/blobs/${hash}`, credentials, bytes("wrong"))).toMatchObject({
      status: 422,
      json: { type: "urn:muster:problem:hash-mismatch" },
    })
    expect(await house.floor.blobs.open(hash)).toBeUndefined()
    expect(await deliver("PUT", "/blobs/no-hash", credentials, bytes("x"))).toMatchObject({ status: 404 })
  })

  test("are found only at the task that has them", async () => {
    const { hash } = await made(bytes("secret"), "a.txt", "text/plain")
    const other = await dispatch(house, team, member)
    expect(await house.get(`${team}/tasks/${other}/artifacts/${hash}`)).toMatchObject({ status: 404 })
  })
})
