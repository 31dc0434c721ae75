import { createServer, type Server, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import type { AgentCredentials, ModelAccessReply, ModelCheck, ModelEndpointDoc, Problem } from "@muster/contracts"
import { START } from "@muster/domain"
import { type ModelScript, startModelScript } from "@muster/model-script"
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest"
import { checkModel } from "#src/models/check.ts"
import { call } from "./support/edge.ts"
import { addMember, type House, newTeam, openHouse } from "./support/house.ts"

let house: House
let model: ModelScript
let team: string
let member: string
const KEY = "sk-scripted-0123456789-WXYZ"

beforeAll(async () => {
  model = await startModelScript({ apiKey: KEY, rules: [{ when: {}, steps: [{ text: "OK" }] }] })
  house = await openHouse()
  team = await newTeam(house)
  member = await addMember(house, team, "lea")
})
afterAll(async () => {
  await house.close()
  await model.close()
})
afterEach(async () => {
  await house.del("/organisation/model")
  await house.del(`${team}/model`)
  await house.del(`${team}/members/${member}/model`)
})

const setOrganisation = (more: object = {}) =>
  house.post("/organisation/model", { baseUrl: model.baseUrl, model: "scripted", key: KEY, ...more })
const listed = async () => ((await house.get("/models")).json as { items: ModelEndpointDoc[] }).items
const checked = async (path: string) => (await house.post(`${path}/model/check`, {})).json as ModelCheck
const detailsOf = (json: unknown) => (json as Problem).errors

const join = async (id = member): Promise<AgentCredentials> => {
  const { token } = (await house.post(`${team}/members/${id}/enroll`, {})).json as { token: string }
  const body = { token, agentVersion: "1.0.0", host: "box" }
  return (await call(house.edge, "POST", "/agent/bootstrap", { body })).json as AgentCredentials
}
const accessOf = ({ apiKey }: AgentCredentials) =>
  call(house.edge, "GET", "/agent/model", { headers: { authorization: `Bearer ${apiKey}` } })

describe("the key of a model endpoint", () => {
  test("is never answered again: only its end and since when it is there", async () => {
    expect(await setOrganisation()).toMatchObject({ status: 200 })
    const answer = await house.get("/models")
    expect(answer.json).toMatchObject({
      items: [{ teamId: null, memberId: null, baseUrl: model.baseUrl, model: "scripted", key: { last4: "WXYZ" } }],
    })
    expect(JSON.stringify(answer.json)).not.toContain("0123456789")
  })

  test("stands in no event and no log line", async () => {
    await setOrganisation()
    await house.post(`${team}/model`, { baseUrl: model.baseUrl, model: "other", key: KEY })
    await house.post(`${team}/model/check`, {})
    await accessOf(await join())
    const events = await house.floor.log.readAll({ after: START, limit: 1_000 })
    expect(JSON.stringify(events)).toContain("ModelEndpointSet")
    expect(JSON.stringify(events)).not.toContain("0123456789")
    expect(JSON.stringify(house.floor.lines)).not.toContain("0123456789")
  })

  test("does not go to another host: there it is needed again", async () => {
    await setOrganisation()
    const elsewhere = { baseUrl: "https://elsewhere.example/v1", model: "m" }
    const refused = await house.post("/organisation/model", elsewhere)
    expect(refused).toMatchObject({ status: 422, problem: "validation" })
    expect(detailsOf(refused.json)).toEqual([
      { pointer: "/key", detail: "This is another host: its key is needed again." },
    ])
    expect(await house.post("/organisation/model", { ...elsewhere, key: null })).toMatchObject({ status: 200 })
    expect(await listed()).toMatchObject([{ key: null }])
  })

  test("stays when only the model changes", async () => {
    await setOrganisation()
    await house.post("/organisation/model", { baseUrl: `${model.baseUrl}/`, model: "next" })
    expect(await listed()).toMatchObject([{ baseUrl: model.baseUrl, model: "next", key: { last4: "WXYZ" } }])
    expect(await checked("/organisation")).toMatchObject({ ok: true })
  })
})

describe("a base URL", () => {
  test.each([
    ["api.example.com/v1", "not a URL"],
    ["file:///etc/passwd", "https:// or http://"],
    ["javascript:alert(1)", "https:// or http://"],
    ["https://user:secret@api.example.com/v1", "no user or password"],
    ["https://api.example.com/v1?key=secret", "before any ? or #"],
    ["http://169.254.169.254/latest", "Link-local"],
    ["http://2852039166/latest", "Link-local"],
    ["http://[::ffff:169.254.169.254]/", "Link-local"],
  ])("%s is refused in words", async (baseUrl, words) => {
    const answer = await setOrganisation({ baseUrl })
    expect(answer).toMatchObject({ status: 422, problem: "validation" })
    expect(detailsOf(answer.json)).toMatchObject([
      { pointer: "/baseUrl", detail: expect.stringContaining(words) as string },
    ])
    expect(await listed()).toEqual([])
  })

  test("may be left out where only the model differs, but then there is no key", async () => {
    const answer = await house.post(`${team}/model`, { baseUrl: null, model: "m", key: KEY })
    expect(answer).toMatchObject({ status: 422, problem: "validation" })
    expect(await house.post("/organisation/model", { baseUrl: null, model: "m" })).toMatchObject({ status: 422 })
  })
})

describe("changes", () => {
  test("are recorded where they belong, with who made them", async () => {
    await setOrganisation()
    await house.post(`${team}/members/${member}/model`, { baseUrl: null, model: "own" })
    await house.del(`${team}/members/${member}/model`)
    const stream = await house.floor.log.readStream(`member-${member}`)
    expect(stream.slice(-2)).toMatchObject([
      {
        type: "ModelEndpointSet",
        data: { scope: { kind: "member", memberId: member }, baseUrl: null, model: "own", isKeyChanged: false },
        meta: { team: team.slice("/teams/".length), actor: { kind: "person" } },
      },
      { type: "ModelEndpointRemoved", data: { scope: { kind: "member", memberId: member } } },
    ])
  })

  test("of a member that was removed are refused, but its setting can be removed", async () => {
    const gone = await addMember(house, team, "gone")
    const path = `${team}/members/${gone}/model`
    await house.post(path, { baseUrl: null, model: "own" })
    await house.post(`${team}/members/${gone}/remove`, { reason: "over" })
    expect(await house.post(path, { baseUrl: null, model: "next" })).toMatchObject({ status: 409, problem: "removed" })
    expect(await house.del(path)).toMatchObject({ status: 200 })
    expect(await listed()).toEqual([])
  })

  test("under one idempotency key are made once", async () => {
    const body = { baseUrl: model.baseUrl, model: "once", key: KEY }
    const first = await house.post("/organisation/model", body, { key: "same" })
    const again = await house.post("/organisation/model", body, { key: "same" })
    expect(again.position).toBe(first.position)
    const other = await house.post("/organisation/model", { ...body, key: "sk-other" }, { key: "same" })
    expect(other).toMatchObject({ status: 409, problem: "idempotency-conflict" })
  })
})

describe("an agent", () => {
  test("hears by its own credential which model holds for it, each time anew", async () => {
    const agent = await join()
    expect((await accessOf(agent)).json).toMatchObject({
      access: null,
      reason: expect.stringContaining("No model") as string,
    })
    await setOrganisation()
    const answer = await accessOf(agent)
    expect(answer.headers.get("cache-control")).toBe("no-store")
    expect(answer.json).toEqual({
      access: { baseUrl: model.baseUrl, apiKey: KEY, model: "scripted" },
      reason: null,
    } satisfies ModelAccessReply)
    await house.post(`${team}/members/${member}/model`, { baseUrl: null, model: "mine" })
    expect((await accessOf(agent)).json).toMatchObject({ access: { model: "mine", apiKey: KEY } })
    const other = await join(await addMember(house, team, "rob"))
    expect((await accessOf(other)).json).toMatchObject({ access: { model: "scripted" } })
  })

  test("that is not known, or a person, hears nothing", async () => {
    await setOrganisation()
    expect(await call(house.edge, "GET", "/agent/model")).toMatchObject({ status: 401 })
    expect(await house.get("/agent/model")).toMatchObject({ status: 401 })
  })
})

describe("the check", () => {
  test("makes one small real call with what holds there", async () => {
    await setOrganisation()
    const before = model.requests.length
    expect(await checked(team)).toMatchObject({ ok: true, status: 200, words: "“scripted” answers." })
    expect(model.requests.slice(before)).toMatchObject([{ dialect: "chat", body: { model: "scripted" } }])
  })

  test("says that nothing is set", async () => {
    expect(await checked("/organisation")).toMatchObject({
      ok: false,
      words: expect.stringContaining("No model") as string,
    })
  })

  test("tells a refused key, and passes on nothing that the endpoint said", async () => {
    await setOrganisation({ key: "sk-wrong-wrong-wrong" })
    const check = await checked("/organisation")
    expect(check).toMatchObject({ ok: false, status: 401, words: expect.stringContaining("refuses the key") as string })
  })

  test("tells an address where nothing is", async () => {
    await setOrganisation({ baseUrl: model.origin })
    expect(await checked("/organisation")).toMatchObject({
      status: 404,
      words: expect.stringContaining("usually ends with /v1") as string,
    })
  })

  test.each([
    ["rate-limited", 429, "no more requests"],
    ["server-error", 500, "fault of its own"],
    ["nonsense", 200, "not as a model does"],
    ["cut", null, "connection"],
  ] as const)("tells %s", async (fault, status, words) => {
    await setOrganisation()
    model.failNext({ fault })
    expect(await checked("/organisation")).toMatchObject({
      ok: false,
      status,
      words: expect.stringContaining(words) as string,
    })
  })
})

describe("the words of a check", () => {
  const servers: Server[] = []
  afterEach(() => {
    for (const server of servers.splice(0)) {
      server.close()
      server.closeAllConnections()
    }
  })
  const answering = async (answer: (response: ServerResponse) => void): Promise<string> => {
    const server = createServer((_request, response) => answer(response))
    servers.push(server)
    await new Promise<void>((resolve) => {
      server.listen(0, "127.0.0.1", resolve)
    })
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`
  }
  const check = (baseUrl: string, timeoutMillis?: number) =>
    checkModel({ baseUrl, model: "m", apiKey: "sk-secret" }, timeoutMillis)
  const refusing = (status: number, body: object) =>
    answering((response) => response.writeHead(status).end(JSON.stringify(body)))

  test("tell a model that is not known from an address that is not", async () => {
    const baseUrl = await refusing(404, { error: { code: "model_not_found", message: "sk-secret was here" } })
    expect((await check(baseUrl)).words).toBe("The endpoint does not know the model “m” (404).")
  })

  test("tell that nobody answered in time", async () => {
    const baseUrl = await answering(() => undefined)
    expect(await check(baseUrl, 50)).toMatchObject({ ok: false, status: null, words: "No answer came within 0.05 s." })
  })

  test("tell that it sends elsewhere, and the key is not taken there", async () => {
    let isReached = false
    const target = await answering((response) => {
      isReached = true
      response.end("{}")
    })
    const baseUrl = await answering((response) => response.writeHead(307, { location: target }).end())
    expect((await check(baseUrl)).words).toContain("sends elsewhere (307)")
    expect(isReached).toBe(false)
  })

  test("tell that nothing listens, and that a name is not known", async () => {
    const gone = await startModelScript()
    await gone.close()
    expect((await check(gone.baseUrl)).words).toContain("Nothing listens there")
    expect((await check("http://no-such-host.invalid/v1")).words).toMatch(/name of the host/u)
  })

  test("come also when the answer never ends", async () => {
    const baseUrl = await answering((response) => {
      const more = () => {
        if (!response.destroyed) response.write(" ".repeat(64 * 1024), more)
      }
      more()
    })
    expect((await check(baseUrl)).words).toContain("not as a model does")
  })
})
