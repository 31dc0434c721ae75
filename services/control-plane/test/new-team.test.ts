import { createServer, type Server } from "node:http"
import type { AddressInfo } from "node:net"
import type { Abilities, MemberDoc, Problem, RuntimeAbility, TeamDoc, TeamDraft } from "@muster/contracts"
import { LogUnavailable } from "@muster/event-store"
import { type ModelScript, startModelScript } from "@muster/model-script"
import { eventually } from "@muster/platform/testing"
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest"
import { thinkerOf } from "#src/handlers/new-team-help.ts"
import { draftTeam, NoTeamDraft } from "#src/models/draft-team.ts"
import { signIn } from "./support/edge.ts"
import { type House, newTeam, openHouse } from "./support/house.ts"

const ABILITIES: readonly RuntimeAbility[] = [
  { runtime: "command", agent: null, state: "ready", reason: null, version: null, needsModel: false },
  { runtime: "acp", agent: "opencode", state: "missing", reason: "not installed", version: null, needsModel: true },
  { runtime: "acp", agent: "codex", state: "ready", reason: null, version: "2.6.0", needsModel: true },
]

let house: House
beforeAll(async () => {
  house = await openHouse({ abilities: () => Promise.resolve(ABILITIES) })
})
afterAll(() => house.close())

const lead = { handle: "lead", role: "leader", runtime: "simulated" }
const crew = [
  lead,
  { handle: "writer", runtime: "acp", runtimeOptions: { acp: { agent: "opencode" } }, briefing: "You write." },
  { handle: "runner", runtime: "command", skills: ["shell"], slots: 3 },
]
const see = async (id: string, position: string) =>
  (await house.get(`/teams/${id}?atLeast=${position}`)).json as { team: TeamDoc; members: MemberDoc[] }
const errorsOf = (json: unknown) => (json as Problem).errors

describe("a team that begins with members", () => {
  test("is there whole at the position of the answer, and a repeat with the key changes nothing", async () => {
    const body = { name: "Crew", description: "For proofs", members: crew }
    const made = await house.post("/teams", body, { key: "crew-1" })
    expect(made).toMatchObject({ status: 201 })
    const { team, members } = await see(made.id, made.position)
    expect(team).toMatchObject({ name: "Crew", description: "For proofs" })
    expect(members.map(({ handle, role, runtime }) => `${handle} ${role} ${runtime}`).toSorted()).toEqual([
      "lead leader simulated",
      "runner member command",
      "writer member acp",
    ])
    expect(members.find(({ handle }) => handle === "writer")?.briefing).toBe("You write.")
    const again = await house.post("/teams", body, { key: "crew-1" })
    expect(again.json).toEqual(made.json)
    expect((await see(made.id, again.position)).members).toHaveLength(3)
    const other = await house.post("/teams", { ...body, members: [lead] }, { key: "crew-1" })
    expect(other).toMatchObject({ problem: "idempotency-conflict" })
  })

  /** The log goes away after the team and the first of its members. */
  const breakOff = async (body: object, key: string): Promise<void> => {
    const { log } = house.floor as { log: { append: House["floor"]["log"]["append"] } }
    const { append } = log
    const tried = new Set<string>()
    log.append = async (requests) => {
      const { stream = "" } = requests[0] ?? {}
      const isFirst = tried.size === 0 || (tried.size === 1 && tried.has(stream))
      if (stream.startsWith("member-")) tried.add(stream)
      if (stream.startsWith("member-") && !isFirst)
        return requests.map(() => ({ ok: false, error: new LogUnavailable({ cause: new Error("gone") }) }))
      return append(requests)
    }
    try {
      expect(await house.post("/teams", body, { key })).toMatchObject({ status: 503 })
      // They are added side by side: the answer does not wait for those that were still on their way.
      await eventually("each of them was tried", () => tried.size === crew.length)
    } finally {
      log.append = append
    }
  }
  const handlesOf = async (id: string) => {
    const { position } = await house.post(`/teams/${id}/pause`, { reason: String(Math.random()) })
    const { members } = await see(id, position)
    return members.map(({ handle, runtime }) => `${handle} ${runtime}`).toSorted()
  }
  const named = async (name: string) =>
    ((await house.get(`/teams?atLeast=${await house.floor.log.head()}`)).json as { items: TeamDoc[] }).items.filter(
      (team) => team.name === name,
    )

  test("that was broken off in the middle is completed by a repeat, and nothing is there twice", async () => {
    const body = { name: "Torn", members: crew }
    await breakOff(body, "torn")
    const [team, ...others] = await named("Torn")
    expect(others).toEqual([])
    expect(await handlesOf(team?.id ?? "")).toHaveLength(1)
    expect(await house.post("/teams", body, { key: "torn" })).toMatchObject({ status: 201, id: team?.id })
    expect(await named("Torn")).toHaveLength(1)
    expect(await handlesOf(team?.id ?? "")).toEqual(["lead simulated", "runner command", "writer acp"])
  })

  test("whose handle somebody took before the repeat says so, and adds nobody twice", async () => {
    const body = { name: "Taken", members: crew }
    await breakOff(body, "taken")
    const [team] = await named("Taken")
    const [there] = await handlesOf(team?.id ?? "")
    const free = crew.find(({ handle }) => !there?.startsWith(handle))?.handle ?? ""
    await house.post(`/teams/${team?.id}/members`, { handle: free, runtime: "simulated" })
    expect(await house.post("/teams", body, { key: "taken" })).toMatchObject({ problem: "handle-taken" })
    const now = await handlesOf(team?.id ?? "")
    expect(now.filter((each) => each.startsWith(`${free} `))).toEqual([`${free} simulated`])
  })

  test.each([
    ["the same handle twice", [lead, { handle: "lead", runtime: "simulated" }], "same handle twice"],
    ["two leaders", [lead, { ...lead, handle: "other" }], "at most one leader"],
    ["a bad handle", [{ ...lead, handle: "No Good" }], ""],
    ["too many", Array.from({ length: 33 }, (_, n) => ({ handle: `m${n}`, runtime: "simulated" })), ""],
  ])("with %s is refused as a whole", async (_what, members, words) => {
    const before = await house.floor.log.head()
    const answer = await house.post("/teams", { name: "No", members })
    expect(answer).toMatchObject({ status: 422, problem: "validation" })
    expect(errorsOf(answer.json)?.[0]).toMatchObject({ pointer: expect.stringMatching(/^\/members/u) as string })
    expect(JSON.stringify(errorsOf(answer.json))).toContain(words)
    expect(await house.floor.log.head()).toBe(before)
  })

  test("is refused while the kill switch of the organisation is on, and to viewers", async () => {
    const vera = house.as(await signIn(house.floor, house.edge, "Vera", "viewer"))
    expect(await vera.post("/teams", { name: "No", members: crew })).toMatchObject({ status: 403 })
    await house.post("/organisation/halt", { reason: "stop" })
    expect(await house.post("/teams", { name: "No", members: crew })).toMatchObject({ problem: "halted" })
    await house.post("/organisation/release", { reason: "over" })
  })
})

describe("what new members could work with", () => {
  test("is told with whether a model is set, to those who may add members", async () => {
    expect((await house.get("/runtimes")).json).toEqual({ items: ABILITIES, hasModel: false } satisfies Abilities)
    const vera = house.as(await signIn(house.floor, house.edge, "Vera", "viewer"))
    expect(await vera.get("/runtimes")).toMatchObject({ status: 403 })
  })

  test("decides what a proposal is made for: what is ready, else what can be installed", () => {
    expect(thinkerOf(ABILITIES)).toEqual({ runtime: "acp", agent: "codex" })
    expect(thinkerOf(null)).toEqual({ runtime: "acp", agent: "opencode" })
    const openclaw = { ...ABILITIES[2], runtime: "openclaw", agent: null } as RuntimeAbility
    expect(thinkerOf([openclaw])).toEqual({ runtime: "openclaw" })
  })
})

const PROPOSAL = {
  name: "Letters",
  description: "Answers letters",
  members: [
    {
      handle: "@Chief Editor",
      name: "Chief",
      role: "leader",
      works: "thinks",
      skills: ["planning"],
      briefing: "Lead.",
    },
    { handle: "sorter", name: "Sorter", role: "member", works: "runs-programs", skills: ["sort"], briefing: "" },
  ],
  first_task: { title: "Answer one letter", instructions: "Take the first." },
}

describe("a team from a sentence", () => {
  let model: ModelScript
  beforeAll(async () => {
    model = await startModelScript({ rules: [] })
  })
  afterAll(() => model.close())
  afterEach(() => house.del("/organisation/model"))

  const propose = async (text: string) => {
    model.setRules([{ when: { system: "You propose teams" }, steps: [{ text }] }])
    await house.post("/organisation/model", { baseUrl: model.baseUrl, model: "scripted", key: model.apiKey })
    return house.post("/teams/draft", { sentence: "We answer letters." })
  }

  test("is a proposal with the runtimes that are ready, and creates nothing", async () => {
    const { items } = (await house.get("/teams")).json as { items: TeamDoc[] }
    const answer = await propose(`Here it is:\n\`\`\`json\n${JSON.stringify(PROPOSAL)}\n\`\`\``)
    expect(answer.status).toBe(200)
    expect(answer.json).toMatchObject({
      name: "Letters",
      members: [
        { handle: "chief-editor", role: "leader", runtime: "acp", runtimeOptions: { acp: { agent: "codex" } } },
        { handle: "sorter", role: "member", runtime: "command" },
      ],
      firstTask: { title: "Answer one letter" },
    } satisfies DeepPartial<TeamDraft>)
    expect(((await house.get("/teams")).json as { items: TeamDoc[] }).items).toHaveLength(items.length)
    expect(await house.post("/teams", { name: "From it", members: (answer.json as TeamDraft).members })).toMatchObject({
      status: 201,
    })
  })

  test.each([
    ["no JSON", "I would rather not."],
    ["an object of another kind", '{"team": 1}'],
    ["no leader", JSON.stringify({ ...PROPOSAL, members: PROPOSAL.members.slice(1) })],
    ["two of one handle", JSON.stringify({ ...PROPOSAL, members: [PROPOSAL.members[0], PROPOSAL.members[0]] })],
    ["nobody", JSON.stringify({ ...PROPOSAL, members: [] })],
    ["a name that is too long", JSON.stringify({ ...PROPOSAL, name: "x".repeat(81) })],
  ])("answered with %s is refused in words, without what the model said", async (_what, text) => {
    const answer = await propose(text)
    expect(answer).toMatchObject({ status: 502, problem: "model-failed" })
    expect((answer.json as Problem).detail).toContain("not with a team")
    expect(JSON.stringify(answer.json)).not.toContain(text.slice(0, 12))
  })

  test("without a model says where one is set", async () => {
    const answer = await house.post("/teams/draft", { sentence: "Anything" })
    expect(answer).toMatchObject({ status: 409, problem: "no-model" })
    expect((answer.json as Problem).detail).toContain("Models")
  })

  test("with a refused key, or a fault of the endpoint, says so", async () => {
    await house.post("/organisation/model", { baseUrl: model.baseUrl, model: "scripted", key: "wrong" })
    const refused = await house.post("/teams/draft", { sentence: "Anything" })
    expect(refused).toMatchObject({ status: 502, problem: "model-failed" })
    expect((refused.json as Problem).detail).toContain("refuses the key (401)")
    await house.post("/organisation/model", { baseUrl: model.baseUrl, model: "scripted", key: model.apiKey })
    model.failNext({ fault: "server-error" })
    const faulty = await house.post("/teams/draft", { sentence: "Anything" })
    expect((faulty.json as Problem).detail).toContain("a fault of its own")
  })

  test("is not asked for by viewers, nor for no or too long a sentence", async () => {
    const vera = house.as(await signIn(house.floor, house.edge, "Vera", "viewer"))
    expect(await vera.post("/teams/draft", { sentence: "Anything" })).toMatchObject({ status: 403 })
    expect(await house.post("/teams/draft", { sentence: " " })).toMatchObject({ status: 422 })
    expect(await house.post("/teams/draft", { sentence: "x".repeat(2_001) })).toMatchObject({ status: 422 })
  })
})

describe("an endpoint of its own kind", () => {
  const thinker = { runtime: "acp", agent: "opencode" } as const
  const servers: Server[] = []
  afterAll(() => Promise.all(servers.map((server) => new Promise((done) => server.close(done)))))
  const endpoint = async (answer: (body: Record<string, unknown>) => { status: number; text: string } | undefined) => {
    const server = createServer((request, response) => {
      let text = ""
      request.on("data", (chunk: Buffer) => (text += chunk.toString()))
      request.on("end", () => {
        const found = answer(JSON.parse(text) as Record<string, unknown>)
        if (found === undefined) return
        response.writeHead(found.status, { "content-type": "application/json" }).end(found.text)
      })
    })
    servers.push(server)
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
    const { port } = server.address() as AddressInfo
    return { baseUrl: `http://127.0.0.1:${port}/v1`, apiKey: null, model: "own" }
  }
  const chat = (content: string) => JSON.stringify({ choices: [{ message: { role: "assistant", content } }] })

  test("that knows no forms of answers is asked without one", async () => {
    const access = await endpoint((body) =>
      body["response_format"] === undefined
        ? { status: 200, text: chat(JSON.stringify(PROPOSAL)) }
        : { status: 400, text: '{"error":{"message":"response_format is not known"}}' },
    )
    expect((await draftTeam(access, "Letters", thinker)).members).toHaveLength(2)
  })

  test("that never answers is given up", async () => {
    const access = await endpoint(() => undefined)
    const refused = draftTeam(access, "Letters", thinker, 100)
    await expect(refused).rejects.toBeInstanceOf(NoTeamDraft)
    await expect(refused).rejects.toThrow("No answer came within 0.1 s.")
    servers.at(-1)?.closeAllConnections()
  })

  test("that answers with more than anybody reads is no team", async () => {
    const access = await endpoint(() => ({
      status: 200,
      text: chat(`${" ".repeat(300_000)}${JSON.stringify(PROPOSAL)}`),
    }))
    await expect(draftTeam(access, "Letters", thinker)).rejects.toBeInstanceOf(NoTeamDraft)
  })
})

type DeepPartial<T> = T extends readonly (infer E)[]
  ? readonly DeepPartial<E>[]
  : T extends object
    ? { readonly [K in keyof T]?: DeepPartial<T[K]> }
    : T

describe("a token that is narrowed to one team", () => {
  const make = async (teamId: string, scope = "operate") =>
    (await house.post("/tokens", { name: "narrow", scope, teamId })).json as { token: string; teamId: string }

  test("sees and changes that team, and no other exists for it", async () => {
    const [own, other] = [await newTeam(house, "Own"), await newTeam(house, "Other")]
    const id = own.slice("/teams/".length)
    const { token, teamId } = await make(id)
    expect(teamId).toBe(id)
    const headers = { authorization: `Bearer ${token}` }
    const program = house.as("")
    const { items } = (await program.get("/teams", { headers })).json as { items: TeamDoc[] }
    expect(items.map(({ name }) => name)).toEqual(["Own"])
    expect(await program.get(own, { headers })).toMatchObject({ status: 200 })
    expect(await program.post(`${own}/pause`, {}, { headers })).toMatchObject({ status: 200 })
    expect(await program.get(other, { headers })).toMatchObject({ status: 404 })
    expect(await program.post(`${other}/pause`, {}, { headers })).toMatchObject({ status: 404 })
    expect(await program.post("/teams", { name: "New" }, { headers })).toMatchObject({ status: 403 })
    expect(await program.get("/organisation", { headers })).toMatchObject({ status: 403 })
  })

  test("for a team that is not there is not made", async () => {
    const answer = await house.post("/tokens", {
      name: "narrow",
      scope: "read",
      teamId: "0199c000-0000-7000-8000-0000000000ff",
    })
    expect(answer).toMatchObject({ status: 422, problem: "validation" })
    expect(errorsOf(answer.json)).toEqual([{ pointer: "/teamId", detail: "There is no such team." }])
  })
})
