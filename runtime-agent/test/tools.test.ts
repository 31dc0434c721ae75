import { request as httpRequest } from "node:http"
import { Client } from "@modelcontextprotocol/sdk/client/index.js"
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js"
import {
  InitializeResultSchema,
  LATEST_PROTOCOL_VERSION,
  SUPPORTED_PROTOCOL_VERSIONS,
} from "@modelcontextprotocol/sdk/types.js"
import { ownTools, teamTools } from "@muster/contracts"
import type { AssignmentId, TaskId } from "@muster/domain"
import { v7 } from "uuid"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import { ControlPlaneAway } from "#src/errors.ts"
import type { ToolUse, UseTeamTool } from "#src/http/tools.ts"
import { createTeamTools, type OpenTools, type TeamTools } from "#src/tools/index.ts"
import { OPEN_REQUESTS_MAX, TOOL_CALLS_PER_MINUTE_MAX, TOOLS_BODY_MAX_BYTES } from "#src/tools/limits.ts"
import { PROTOCOL_VERSIONS } from "#src/tools/mcp.ts"
import { quietLog } from "#test/support/quiet.ts"

interface Asked {
  readonly questions: string[]
  readonly approvals: string[]
  readonly notes: (string | undefined)[]
  readonly files: Map<string, string>
}

let tools: TeamTools
let uses: ToolUse[]
let answers: UseTeamTool
let asked: Asked
const clients: Client[] = []

beforeEach(() => {
  uses = []
  answers = async () => ({ kind: "answered", json: "{}" })
  asked = { questions: [], approvals: [], notes: [], files: new Map() }
  tools = createTeamTools({
    use: (use, signal) => {
      uses.push(use)
      return answers(use, signal)
    },
    log: quietLog,
  })
})
afterEach(async () => {
  for (const client of clients.splice(0)) await client.close()
  await tools.close()
})

const open = (more: { readonly mayHaveChildren?: boolean } = {}): Promise<OpenTools> =>
  tools.open({
    ids: { taskId: v7() as TaskId, assignmentId: v7() as AssignmentId },
    host: {
      progress: ({ note }) => void asked.notes.push(note),
      question: async ({ questionId }) => void asked.questions.push(questionId),
      approval: async ({ approvalId }) => void asked.approvals.push(approvalId),
      artifact: async ({ name, bytes }) => {
        if (asked.files.has(name)) return { skipped: "there is already an artifact of this name" }
        const parts: Uint8Array[] = []
        for await (const part of bytes) parts.push(part)
        asked.files.set(name, Buffer.concat(parts).toString("hex"))
        return {}
      },
    },
    mayHaveChildren: false,
    patienceMillis: 0,
    ...more,
  })

const connect = async ({ access: { url, token } }: OpenTools): Promise<Client> => {
  const client = new Client({ name: "proof", version: "1" })
  clients.push(client)
  const headers = { authorization: `Bearer ${token}` }
  const transport = new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } })
  await client.connect(transport as Parameters<typeof client.connect>[0])
  return client
}

const use = async (client: Client, name: string, input: object = {}): Promise<Record<string, unknown>> => {
  const { content, isError } = await client.callTool({ name, arguments: { ...input } })
  const [part] = content as readonly { readonly text: string }[]
  return { ...(JSON.parse(part?.text ?? "") as object), isError: isError === true }
}

/** As a program that knows nothing of the protocol. */
const raw = (
  { access: { url, token } }: OpenTools,
  { method = "POST", headers = {}, body = '{"jsonrpc":"2.0","id":1,"method":"ping"}' } = {} as {
    readonly method?: string
    readonly headers?: Readonly<Record<string, string>>
    readonly body?: string | Buffer
  },
): Promise<{ readonly status: number; readonly text: string }> =>
  new Promise((resolve, reject) => {
    const outgoing = httpRequest(
      url,
      { method, headers: { authorization: `Bearer ${token}`, "content-type": "application/json", ...headers } },
      (reply) => {
        const parts: Buffer[] = []
        reply.on("data", (part: Buffer) => parts.push(part))
        reply.on("error", reject)
        reply.on("end", () => resolve({ status: reply.statusCode ?? 0, text: Buffer.concat(parts).toString() }))
      },
    )
    outgoing.on("error", reject)
    outgoing.end(body)
  })

describe("the protocol", () => {
  test("is spoken in every version that its own kit supports, and the newest when asked for another", async () => {
    const mine = await open()
    const begin = async (protocolVersion: string) => {
      const params = { protocolVersion, capabilities: {}, clientInfo: { name: "proof", version: "1" } }
      const { text } = await raw(mine, {
        body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "initialize", params }),
      })
      return InitializeResultSchema.parse((JSON.parse(text) as { readonly result: unknown }).result).protocolVersion
    }
    for (const version of PROTOCOL_VERSIONS) expect(await begin(version)).toBe(version)
    expect(SUPPORTED_PROTOCOL_VERSIONS).toEqual(expect.arrayContaining([...PROTOCOL_VERSIONS]))
    expect(await begin("1999-01-01")).toBe(LATEST_PROTOCOL_VERSION)
  })

  test("answers a batch as a batch, notifications with nothing, and unknown methods as such", async () => {
    const mine = await open()
    const ping = { jsonrpc: "2.0", id: "a", method: "ping" }
    const note = { jsonrpc: "2.0", method: "notifications/initialized" }
    expect(await raw(mine, { body: JSON.stringify([ping, note]) })).toMatchObject({
      status: 200,
      text: '[{"jsonrpc":"2.0","id":"a","result":{}}]',
    })
    expect(await raw(mine, { body: JSON.stringify(note) })).toMatchObject({ status: 202, text: "" })
    expect(await raw(mine, { body: JSON.stringify({ ...ping, method: "resources/list" }) })).toMatchObject({
      text: expect.stringContaining("-32601"),
    })
    expect(await raw(mine, { body: JSON.stringify({ ...ping, method: "tools/call" }) })).toMatchObject({
      text: expect.stringContaining("-32602"),
    })
  })
})

describe("the door", () => {
  test("lists all tools with words and closed schemas", async () => {
    const opened = await open()
    const { tools: listed } = await (await connect(opened)).listTools()
    // Whoever waits for it hears that the tools were asked for.
    await opened.access.listed
    expect(listed.map(({ name }) => name).toSorted()).toEqual(
      [...Object.keys(ownTools), ...Object.keys(teamTools)].toSorted(),
    )
    for (const { description, inputSchema } of listed) {
      expect(description?.length).toBeGreaterThan(20)
      expect(inputSchema["additionalProperties"]).toBe(false)
      for (const property of Object.values(inputSchema.properties ?? {}))
        expect((property as { description: string }).description.length).toBeGreaterThan(5)
    }
  })

  test("opens to the token of an assignment only while it is at work", async () => {
    const mine = await open()
    const other = await open()
    expect((await raw(mine)).status).toBe(200)
    expect((await raw(mine, { headers: { authorization: "Bearer guessed" } })).status).toBe(401)
    expect((await raw(mine, { headers: { authorization: "" } })).status).toBe(401)
    mine.close()
    expect((await raw(mine)).status).toBe(401)
    expect((await raw(other)).status).toBe(200)
  })

  test("stays shut to web pages and to foreign names of this machine", async () => {
    const mine = await open()
    const { port } = new URL(mine.access.url)
    expect((await raw(mine, { headers: { origin: `http://127.0.0.1:${port}` } })).status).toBe(403)
    expect((await raw(mine, { headers: { host: `evil.example:${port}` } })).status).toBe(421)
    expect((await raw(mine, { headers: { host: `localhost:${port}` } })).status).toBe(200)
  })

  test("answers garbage, other methods and other paths with words, and goes on", async () => {
    const mine = await open()
    expect(await raw(mine, { body: "{" })).toMatchObject({ status: 400, text: expect.stringContaining("-32700") })
    expect(await raw(mine, { body: "[]" })).toMatchObject({ status: 400, text: expect.stringContaining("-32600") })
    expect(await raw(mine, { body: '{"jsonrpc":"1.0"}' })).toMatchObject({ status: 400 })
    expect((await raw(mine, { method: "GET", body: "" })).status).toBe(405)
    const elsewhere = { ...mine, access: { ...mine.access, url: new URL("/other", mine.access.url).href } }
    expect((await raw(elsewhere)).status).toBe(404)
    expect((await raw(mine)).status).toBe(200)
  })

  test("takes no body over its limit", async () => {
    const mine = await open()
    const headers = { "content-length": String(TOOLS_BODY_MAX_BYTES + 1) }
    expect((await raw(mine, { headers, body: "" })).status).toBe(413)
    expect((await raw(mine)).status).toBe(200)
  })

  test("bounds the calls of one assignment without cost to another", async () => {
    const [flood, calm] = [await open(), await open()]
    const statuses = new Set<number>()
    for (let call = 0; call <= TOOL_CALLS_PER_MINUTE_MAX; call += 1) statuses.add((await raw(flood)).status)
    expect(statuses).toEqual(new Set([200, 429]))
    expect((await raw(calm)).status).toBe(200)
  })
})

describe("tools about the task at hand", () => {
  test("a question waits for a person over several calls", async () => {
    const mine = await open()
    const client = await connect(mine)
    const first = await use(client, "ask_question", { text: "Which colour?", wait_seconds: 0 })
    expect(first).toMatchObject({ status: "waiting", question_id: asked.questions[0] })
    const again = use(client, "ask_question", { question_id: first["question_id"] })
    expect(mine.answer(String(first["question_id"]), "green")).toBe(true)
    expect(await again).toMatchObject({ status: "answered", answer: "green" })
    expect(await use(client, "ask_question", { question_id: first["question_id"] })).toMatchObject({ answer: "green" })
    expect(asked.questions).toHaveLength(1)
    expect(await use(client, "ask_question", { question_id: v7() })).toMatchObject({ isError: true })
    expect(mine.answer(v7(), "of the session itself")).toBe(false)
  })

  test("leave for an action is told as it was decided", async () => {
    const mine = await open()
    const client = await connect(mine)
    const request = await use(client, "request_approval", { action: "Delete it", wait_seconds: 0 })
    expect(mine.decide(String(asked.approvals[0]), false, "too early")).toBe(true)
    expect(await use(client, "request_approval", { approval_id: request["approval_id"] })).toMatchObject({
      status: "denied",
      comment: "too early",
    })
  })

  test("only so many questions may wait for people", async () => {
    const client = await connect(await open())
    for (let count = 0; count < OPEN_REQUESTS_MAX; count += 1)
      await use(client, "ask_question", { text: `Question ${count}?`, wait_seconds: 0 })
    expect(await use(client, "ask_question", { text: "One more?", wait_seconds: 0 })).toMatchObject({ isError: true })
    expect(asked.questions).toHaveLength(OPEN_REQUESTS_MAX)
  })

  test("files are kept as they are, and a refusal says why", async () => {
    const client = await connect(await open())
    expect(await use(client, "write_artifact", { name: "a.txt", content: "ä" })).toMatchObject({ bytes: 2 })
    expect(await use(client, "write_artifact", { name: "b.bin", content: "AP8=", encoding: "base64" })).toMatchObject({
      bytes: 2,
    })
    expect(Object.fromEntries(asked.files)).toEqual({ "a.txt": "c3a4", "b.bin": "00ff" })
    expect(await use(client, "write_artifact", { name: "a.txt", content: "again" })).toMatchObject({
      isError: true,
      error: expect.stringContaining("already"),
    })
    expect(await use(client, "write_artifact", { name: "c", content: "?", encoding: "base64" })).toMatchObject({
      isError: true,
    })
  })

  test("wrong arguments come back in words", async () => {
    const client = await connect(await open())
    expect(await use(client, "report_progress", { percent: 300 })).toMatchObject({
      isError: true,
      error: expect.stringContaining("percent"),
    })
    expect(await use(client, "report_progress", { typo: 1 })).toMatchObject({
      isError: true,
      error: expect.stringContaining("typo"),
    })
    expect(asked.notes).toEqual([])
  })

  test("a task is complete once, and its tools are over then", async () => {
    const mine = await open()
    const client = await connect(mine)
    expect(mine.completion()).toBeUndefined()
    expect(await use(client, "complete", { status: "failed", summary: "It cannot be done." })).toMatchObject({
      status: "failed",
    })
    await use(client, "complete", { status: "succeeded", summary: "After all." })
    expect(mine.completion()).toEqual({ status: "failed", summary: "It cannot be done." })
    expect(await use(client, "dispatch_task", { title: "More", instructions: "" })).toMatchObject({ isError: true })
    expect(uses).toEqual([])
  })
})

const childrenAre = (phase: string, isOpen: boolean): UseTeamTool => {
  const tasks = [{ title: "Part one", phase, is_open: isOpen }]
  return async () => ({ kind: "answered", json: JSON.stringify({ open: isOpen ? 1 : 0, tasks }) })
}

describe("open tasks of the task", () => {
  test("nothing is complete while they are open", async () => {
    const mine = await open()
    const client = await connect(mine)
    answers = childrenAre("running", true)
    await use(client, "dispatch_task", { title: "Part one", instructions: "", member: "@ada" })
    expect(await mine.unfinished()).toContain('"Part one" (running)')
    expect(await use(client, "complete", { status: "succeeded", summary: "Done." })).toMatchObject({
      isError: true,
      error: expect.stringContaining("Part one"),
    })
    expect(mine.completion()).toBeUndefined()
    answers = childrenAre("succeeded", false)
    expect(await mine.unfinished()).toBeUndefined()
    expect(await use(client, "complete", { status: "succeeded", summary: "Done." })).toMatchObject({
      status: "succeeded",
    })
  })

  test("those of an earlier assignment count, and who dispatched nothing is not asked", async () => {
    answers = childrenAre("queued", true)
    expect(await (await open()).unfinished()).toBeUndefined()
    expect(uses).toEqual([])
    expect(await (await open({ mayHaveChildren: true })).unfinished()).toContain("Part one")
  })
})

describe("tools about the team", () => {
  test("a control plane that is away is asked again under the same key", async () => {
    let isAway = true
    answers = async () => {
      if (!isAway) return { kind: "answered", json: '{"task_id":"1"}' }
      isAway = false
      throw new ControlPlaneAway({ message: "refused" })
    }
    const mine = await tools.open({
      ids: { taskId: v7() as TaskId, assignmentId: v7() as AssignmentId },
      host: { progress: () => undefined, question: nothing, approval: nothing, artifact: async () => ({}) },
      mayHaveChildren: false,
    })
    expect(await use(await connect(mine), "dispatch_task", { title: "T", instructions: "" })).toMatchObject({
      task_id: "1",
    })
    expect(uses).toHaveLength(2)
    expect(uses[0]?.key).toBe(uses[1]?.key)
  })

  test("one that stays away is told to the model", async () => {
    answers = async () => {
      throw new ControlPlaneAway({ message: "http://10.0.0.1 refused" })
    }
    const answer = await use(await connect(await open()), "list_members")
    expect(answer).toMatchObject({ isError: true, error: expect.stringContaining("cannot be reached") })
    expect(JSON.stringify(answer)).not.toContain("10.0.0.1")
  })

  test("before it begins, an agent is told of its place in the team and of what was dispatched already", async () => {
    const members = [
      { handle: "@lea", name: "Lea", role: "leader", skills: [], agent: "online", slots: 1, works_on: 1 },
    ]
    const tasks = [{ task_id: "t1", title: "Part one", phase: "running", is_open: true }]
    answers = async ({ tool }) => ({
      kind: "answered",
      json: JSON.stringify(
        tool === "list_members" ? { members: members.map((each) => ({ ...each, is_you: true })) } : { open: 1, tasks },
      ),
    })
    expect(await (await open({ mayHaveChildren: true })).briefing()).toContain('- t1 "Part one": running')
    expect(uses.map(({ tool }) => tool)).toEqual(["list_members", "task_status"])
    const told = await (await open()).briefing()
    expect(told).toContain("You are @lea, the leader")
    expect(told).not.toContain("Part one")
  })

  test("who cannot ask for its team works without being told of it", async () => {
    answers = async () => {
      throw new ControlPlaneAway({ message: "refused" })
    }
    expect(await (await open()).briefing()).toBeUndefined()
    answers = async () => ({ kind: "refused", status: 409, detail: "This assignment has ended: stop." })
    expect(await (await open()).briefing()).toBeUndefined()
  })

  test("calls of two clients are told apart, and each call from the next", async () => {
    const mine = await open()
    for (const client of [await connect(mine), await connect(mine)]) {
      await use(client, "list_members")
      await use(client, "list_members")
    }
    expect(new Set(uses.map(({ key }) => key)).size).toBe(4)
  })

  test("the end of the task ends what still waits", async () => {
    const mine = await open()
    const client = await connect(mine)
    answers = async (_use, signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener("abort", () => reject(new ControlPlaneAway({ message: "aborted" })), { once: true })
        mine.close()
      })
    expect(await use(client, "task_status", { wait_seconds: 50 })).toMatchObject({
      isError: true,
      error: expect.stringContaining("ended"),
    })
  })
})

const nothing = async (): Promise<void> => undefined
