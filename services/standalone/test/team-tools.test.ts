import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Client } from "@modelcontextprotocol/sdk/client/index.js"
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js"
import { type NewMember, teamTools } from "@muster/contracts"
import { isOpen } from "@muster/domain"
import { installScriptedAgent, type ScriptedStep, scriptText } from "@muster/runtime-agent/testing"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import {
  countOutcomes,
  dispatch,
  makeOnlineTeam,
  makeTeam,
  onDatabase,
  readOutput,
  readTask,
  startSignedIn,
  waitFor,
  type Api,
  type MadeTeam,
  type Muster,
} from "./harness/index.ts"

const WAIT_MILLIS = 120_000
const runtimesDir = mkdtempSync(join(tmpdir(), "muster-proof-runtimes-"))

let muster: Muster
let api: Api
let team: MadeTeam
const programs: Client[] = []
beforeAll(async () => {
  const argv = await installScriptedAgent(runtimesDir)
  ;({ muster, api } = await startSignedIn({ env: { MUSTER_RUNTIMES_DIR: runtimesDir } }))
  const agent = (handle: string, more: Partial<NewMember> = {}): NewMember => ({
    handle,
    runtime: "acp",
    runtimeOptions: { acp: { agent: "custom", argv } },
    ...more,
  })
  team = await makeOnlineTeam(api, "Tools", [agent("lead", { role: "leader" }), agent("writer", { slots: 2 })])
})
afterAll(async () => {
  for (const program of programs) await program.close()
  await muster?.stop()
  rmSync(runtimesDir, { recursive: true, force: true })
})

const use = (name: string, input: Readonly<Record<string, unknown>> = {}): ScriptedStep => ({
  team: { name, arguments: input },
})
const complete = (summary: string) => use("complete", { status: "succeeded", summary })

const taskWhen = (id: string, what: string, is: (task: Awaited<ReturnType<typeof readTask>>["task"]) => boolean) =>
  waitFor(
    `the task ${what}`,
    async () => {
      // A part that an agent has just dispatched may not be in the read models yet.
      const response = await api.call("GET", `/teams/${team.teamId}/tasks/${id}`)
      if (response.status === 503) return undefined
      expect(response.status).toBe(200)
      const { task } = (await response.json()) as Awaited<ReturnType<typeof readTask>>
      return is(task) ? task : undefined
    },
    WAIT_MILLIS,
    () => muster.lines().slice(-5),
  )
const lead = async (...steps: readonly ScriptedStep[]): Promise<string> => {
  const order = { title: "Lead the work", instructions: scriptText(steps) }
  const { id, position } = await dispatch(api, team.teamId, order)
  await readTask(api, team.teamId, id, position)
  return id
}

const childrenOf = (id: string) =>
  onDatabase(muster, async (sql) => {
    const rows = await sql<{ child: string }[]>`
      select data ->> 'childTaskId' as child from es.events
      where stream = ${`task-${id}`} and type = 'TaskChildDispatched' order by revision`
    return rows.map(({ child }) => child)
  })

/** A program of a person, over the network. */
const connect = async (token: string): Promise<Client> => {
  const client = new Client({ name: "editor", version: "1" })
  const requestInit = { headers: { authorization: `Bearer ${token}` } }
  const transport = new StreamableHTTPClientTransport(new URL(`${muster.url}/mcp`), { requestInit })
  await client.connect(transport as Parameters<typeof client.connect>[0])
  programs.push(client)
  return client
}
const ask = async (client: Client, name: string, input: Record<string, unknown> = {}) => {
  const { content, isError } = await client.callTool({ name, arguments: input })
  const [part] = content as readonly { readonly text: string }[]
  const answer: Record<string, unknown> = { ...(JSON.parse(part?.text ?? "") as object), isError: isError === true }
  return answer
}
const makeToken = (scope: "read" | "operate") =>
  api.json<{ id: string; token: string }>("POST", "/tokens", { body: { name: `proof ${scope}`, scope } })

describe("agents with the tools of their team", () => {
  it("a leader dispatches, is not done while its part is open, hears of a person, and completes", async () => {
    const part = scriptText([
      use("write_artifact", { name: "report.md", content: "# Written by a member\n" }),
      use("ask_question", { text: "Ship it?", choices: ["yes", "no"], wait_seconds: 50 }),
      use("post_chat", { text: "The report is there." }),
      complete("The report is written."),
    ])
    const id = await lead(
      use("list_members"),
      use("dispatch_task", { title: "Write the report", instructions: part, member: "@writer" }),
      complete("Too early."),
      use("task_status", { wait_seconds: 50 }),
      use("task_status", { wait_seconds: 50 }),
      complete("The team has written it."),
    )
    const [child = ""] = await waitFor(
      "a child is dispatched",
      async () => {
        const children = await childrenOf(id)
        return children.length > 0 ? children : undefined
      },
      WAIT_MILLIS,
    )
    const asking = await taskWhen(child, "asks", ({ questions }) => questions.length > 0)
    expect(asking).toMatchObject({ parentTaskId: id, depth: 1, memberId: team.memberIds[1] })
    expect((await readTask(api, team.teamId, id)).task.phase).toBe("running")
    const [question] = asking.questions
    await api.json("POST", `/teams/${team.teamId}/tasks/${child}/questions/${question?.id}/answer`, {
      body: { answer: "yes" },
    })
    const done = await taskWhen(id, "ends", ({ phase }) => !isOpen(phase))
    const said = (await readOutput(api, team.teamId, id)).toString("utf8")
    expect(done).toMatchObject({ phase: "succeeded", result: { summary: "The team has written it." } })
    expect(said).toContain("@writer")
    expect(said).toContain("Not yet: 1 of your tasks is still open")
    const written = (await readTask(api, team.teamId, child)).task
    expect(written).toMatchObject({ phase: "succeeded", result: { summary: "The report is written." } })
    expect(written.artifacts.map(({ name, size }) => [name, size])).toEqual([["report.md", 22]])
    const chat = await api.json<{ items: readonly object[] }>("GET", `/teams/${team.teamId}/chat`)
    expect(chat.items).toMatchObject([
      { text: "The report is there.", taskId: child, author: { kind: "member", id: team.memberIds[1] } },
    ])
    expect([...(await countOutcomes(muster, [id, child])).values()]).toEqual([[1], [1]])
  })

  it("a cancelled leader takes its open parts with it", async () => {
    const endless = scriptText([{ hang: "politely" }])
    const id = await lead(
      use("dispatch_task", { title: "First part", instructions: endless, member: "@writer" }),
      use("dispatch_task", { title: "Second part", instructions: endless, member: "@writer" }),
      { hang: "politely" },
    )
    const children = await waitFor(
      "both parts are dispatched",
      async () => {
        const found = await childrenOf(id)
        return found.length === 2 ? found : undefined
      },
      WAIT_MILLIS,
    )
    await taskWhen(children[0] ?? "", "runs", ({ phase }) => phase === "running")
    await api.json("POST", `/teams/${team.teamId}/tasks/${id}/cancel`, { body: { reason: "changed our mind" } })
    for (const task of [id, ...children]) await taskWhen(task, "is cancelled", ({ phase }) => phase === "cancelled")
  })

  it("the guard rails and the walls between teams hold for it", async () => {
    const { teamId, memberIds } = await makeTeam(api, "Others", [
      { handle: "sam", role: "leader", runtime: "simulated" },
    ])
    const { id: theirs } = await dispatch(api, teamId, { title: "Secret of another team" })
    const id = await lead(
      use("dispatch_task", { title: "To myself", instructions: "", member: "@lead" }),
      use("dispatch_task", { title: "Lead the work", instructions: "", member: "@sam" }),
      use("dispatch_task", { title: "To a stranger", instructions: "", member: memberIds[0] }),
      use("read_result", { task_id: theirs }),
      use("cancel_task", { task_id: theirs }),
      complete("Nothing of it worked."),
    )
    await taskWhen(id, "ends", ({ phase }) => phase === "succeeded")
    const said = (await readOutput(api, team.teamId, id)).toString("utf8")
    expect(said).toContain("@lead would never be free for it")
    expect(said).toContain("There is no @sam in this team")
    for (const name of ["read_result", "cancel_task"])
      expect(said).toContain(`${name}: {"error":"There is no task ${theirs} in this team`)
    expect(said).not.toContain("Secret of another team")
    expect(await childrenOf(id)).toEqual([])
    expect((await readTask(api, teamId, theirs)).task.phase).not.toBe("cancelled")
  })
})

describe("a program of a person", () => {
  it("uses the same tools with a token, until that is revoked", async () => {
    const { id, token } = await makeToken("operate")
    const client = await connect(token)
    const names = (await client.listTools()).tools.map(({ name }) => name)
    expect(names).toEqual(expect.arrayContaining(Object.keys(teamTools)))
    const team_id = team.teamId
    const instructions = scriptText([
      use("write_artifact", { name: "a.txt", content: "from a tool" }),
      complete("Kept."),
    ])
    const order = { team_id, title: "From my editor", instructions, member: "writer", idempotency_key: "one" }
    const { task_id } = await ask(client, "dispatch_task", order)
    expect(await ask(client, "dispatch_task", order)).toMatchObject({ task_id })
    await waitFor(
      "it has ended",
      async () => {
        const { open } = await ask(client, "task_status", { team_id, task_ids: [task_id], wait_seconds: 30 })
        return open === 0 ? true : undefined
      },
      WAIT_MILLIS,
    )
    expect(await ask(client, "read_result", { team_id, task_id })).toMatchObject({
      phase: "succeeded",
      summary: "Kept.",
    })
    expect(await ask(client, "read_result", { team_id, task_id, artifact: "a.txt" })).toMatchObject({
      text: "from a tool",
    })
    await api.json("DELETE", `/tokens/${id}`)
    await expect(ask(client, "list_teams")).rejects.toThrow("This token is not valid")
    expect(muster.lines().join("\n")).not.toContain(token)
    expect(JSON.stringify(await onDatabase(muster, (sql) => sql`select * from app.api_token`))).not.toContain(token)
  })

  it("only looks with a token to read, and knows no team but those it sees", async () => {
    const client = await connect((await makeToken("read")).token)
    expect(await ask(client, "list_members", { team_id: team.teamId })).toMatchObject({ isError: false })
    expect(await ask(client, "dispatch_task", { team_id: team.teamId, title: "No", instructions: "" })).toMatchObject({
      isError: true,
      status: 403,
    })
    const never = "0194f6a0-0000-7000-8000-000000000000"
    expect(await ask(client, "list_members", { team_id: never })).toMatchObject({ isError: true, status: 404 })
  })
})
