import { Client } from "@modelcontextprotocol/sdk/client/index.js"
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js"
import { peopleTools, teamTools } from "@muster/contracts"
import { streams, type TaskId } from "@muster/domain"
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest"
import { call, signIn } from "./support/edge.ts"
import { addMember, foreigner, type House, newTeam, openHouse } from "./support/house.ts"

let house: House
let team: string
let leader: string
beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house.close())
beforeEach(async () => {
  team = await newTeam(house)
  leader = await addMember(house, team, "lea", { role: "leader" })
})

describe("tokens of the API", () => {
  const make = async (body: object, cookie = house.owner) =>
    call(house.edge, "POST", "/tokens", { cookie, body: { name: "laptop", ...body } })
  const tokenOf = async (scope: "read" | "operate", cookie = house.owner): Promise<string> =>
    ((await make({ scope }, cookie)).json as { token: string }).token
  const withToken = (token: string, method: string, path: string, body?: object) =>
    call(house.edge, method, path, {
      headers: { authorization: `Bearer ${token}` },
      ...(body === undefined ? {} : { body }),
    })

  test("one is shown once, works as its person up to its scope, and is over when revoked", async () => {
    const made = (await make({ scope: "operate", expiresInDays: 1 })).json as { id: string; token: string }
    const listed = await house.get("/tokens")
    expect(listed.json).toMatchObject({ items: [expect.objectContaining({ id: made.id, name: "laptop" })] })
    expect(JSON.stringify(listed.json)).not.toContain(made.token)
    expect((await withToken(made.token, "POST", "/teams", { name: "By token" })).status).toBe(201)
    expect((await withToken(made.token, "POST", "/organisation/halt", { reason: "never" })).status).toBe(403)
    expect((await withToken(made.token, "POST", "/tokens", { name: "child", scope: "read" })).status).toBe(403)
    expect((await house.del(`/tokens/${made.id}`)).status).toBe(200)
    expect((await withToken(made.token, "GET", "/teams")).status).toBe(401)
    expect((await house.del(`/tokens/${made.id}`)).status).toBe(404)
  })

  test("one to read changes nothing, and a broken one is nobody's, whatever the cookie says", async () => {
    const token = await tokenOf("read")
    expect((await withToken(token, "GET", "/teams")).status).toBe(200)
    expect((await withToken(token, "POST", "/teams", { name: "No" })).status).toBe(403)
    const headers = { authorization: "Basic abc" }
    expect((await call(house.edge, "GET", "/teams", { cookie: house.owner, headers })).status).toBe(401)
  })

  test("a life of more than a year, and tokens of others, are refused", async () => {
    expect((await make({ scope: "read", expiresInDays: 366 })).status).toBe(422)
    const made = (await make({ scope: "read" })).json as { id: string }
    const bob = await signIn(house.floor, house.edge, "Bob", "operator")
    expect((await call(house.edge, "DELETE", `/tokens/${made.id}`, { cookie: bob })).status).toBe(404)
    expect((await call(house.edge, "GET", "/tokens", { cookie: bob })).json).toMatchObject({ items: [] })
  })

  const connect = async (token: string) => {
    const client = new Client({ name: "proof", version: "1" })
    const requestInit = { headers: { authorization: `Bearer ${token}` } }
    const transport = new StreamableHTTPClientTransport(new URL(`${house.edge.url}/mcp`), { requestInit })
    await client.connect(transport as Parameters<typeof client.connect>[0])
    return client
  }
  const ask = async (client: Client, name: string, input: Record<string, unknown> = {}) => {
    const { content, isError } = await client.callTool({ name, arguments: input })
    const [text] = content as readonly { readonly text: string }[]
    return { ...(JSON.parse(text?.text ?? "") as Record<string, unknown>), isError: isError === true }
  }

  test("a program of a person uses the tools of every team that the person sees", async () => {
    const client = await connect(await tokenOf("operate"))
    expect((await client.listTools()).tools.map(({ name }) => name).toSorted()).toEqual(
      [...Object.keys(peopleTools), ...Object.keys(teamTools)].toSorted(),
    )
    const team_id = team.slice("/teams/".length)
    const { teams } = (await ask(client, "list_teams")) as { readonly teams?: readonly { team_id: string }[] }
    expect(teams?.map((each) => each.team_id)).toContain(team_id)
    const input = { team_id, title: "From my editor", instructions: "", idempotency_key: "k1" }
    const { task_id } = (await ask(client, "dispatch_task", input)) as { readonly task_id?: string }
    expect(await ask(client, "dispatch_task", input)).toMatchObject({ task_id, isError: false })
    const [first] = await house.floor.log.readStream(streams.task(task_id as TaskId))
    expect(first).toMatchObject({
      data: { spec: { memberId: leader } },
      meta: { actor: { kind: "person", via: "api" } },
    })
    expect(await ask(client, "task_status", { team_id, task_ids: [task_id] })).toMatchObject({ open: 1 })
    expect(await ask(client, "task_status", { task_ids: [task_id] })).toMatchObject({ isError: true, status: 422 })
    await client.close()
  })

  test("it sees no other organisation, and a token to read only looks", async () => {
    const { state } = house.floor
    const cookie = await foreigner(house)
    const session = await state.sessions.peek(cookie.slice("muster_session=".length))
    if (session === undefined) throw new Error("there is a session")
    const { userId, orgId, name: personName, role } = session
    const eve = { userId, orgId, personName, role, name: "eve", scope: "operate", ttlMillis: 60_000 } as const
    const foreign = await connect((await state.apiTokens.create(eve)).token)
    const team_id = team.slice("/teams/".length)
    expect(await ask(foreign, "list_teams")).toMatchObject({ teams: [] })
    expect(await ask(foreign, "list_members", { team_id })).toMatchObject({ isError: true, status: 404 })
    await foreign.close()
    const reader = await connect(await tokenOf("read"))
    expect(await ask(reader, "list_members", { team_id })).toMatchObject({ isError: false })
    expect(await ask(reader, "post_chat", { team_id, text: "no" })).toMatchObject({ isError: true, status: 403 })
    await reader.close()
  })

  test("a token of one team has the tools for that team alone", async () => {
    const team_id = team.slice("/teams/".length)
    const other = (await newTeam(house, "Elsewhere")).slice("/teams/".length)
    const { token } = (await make({ scope: "operate", teamId: team_id })).json as { token: string }
    const client = await connect(token)
    const { teams } = (await ask(client, "list_teams")) as { readonly teams?: readonly { team_id: string }[] }
    expect(teams?.map((each) => each.team_id)).toEqual([team_id])
    expect(await ask(client, "list_members", { team_id })).toMatchObject({ isError: false })
    for (const name of ["list_members", "read_context", "task_status"])
      // One after the other: a client has one connection.
      // eslint-disable-next-line no-await-in-loop
      expect(await ask(client, name, { team_id: other })).toMatchObject({ isError: true, status: 404 })
    expect(await ask(client, "post_chat", { team_id: other, text: "no" })).toMatchObject({ isError: true, status: 404 })
    await client.close()
  })

  test("the door for programs opens to tokens only, and never to a page of another origin", async () => {
    const token = await tokenOf("read")
    const knock = (headers: Record<string, string>, method = "POST") =>
      fetch(`${house.edge.url}/mcp`, {
        method,
        headers: { "content-type": "application/json", accept: "application/json, text/event-stream", ...headers },
        ...(method === "POST" ? { body: '{"jsonrpc":"2.0","id":1,"method":"ping"}' } : {}),
      })
    expect((await knock({ authorization: `Bearer ${token}` })).status).toBe(200)
    expect((await knock({ cookie: house.owner })).status).toBe(401)
    expect((await knock({ authorization: "Bearer muster_guessed" })).status).toBe(401)
    expect((await knock({ authorization: `Bearer ${token}`, origin: "https://evil.example" })).status).toBe(403)
    expect((await knock({ authorization: `Bearer ${token}` }, "GET")).status).toBe(405)
  })
})
