// Speaks the gateway protocol of OpenClaw as the real one was seen to speak it, and does what a script in the task says.
import { spawn } from "node:child_process"
import { randomUUID } from "node:crypto"
import { readFileSync } from "node:fs"
import { type WebSocket, WebSocketServer } from "ws"

type Params = Record<string, never> & Record<string, unknown>
interface Slot {
  readonly baseUrl: string
  readonly teamUrl: string
}
interface Turn {
  readonly runId: string
  readonly key: string
  readonly stop: AbortController
  readonly ended: Promise<Record<string, unknown>>
  receipt: Record<string, unknown> | undefined
}

const VERSION = "2026.9.6"
const config = JSON.parse(readFileSync(process.env["OPENCLAW_CONFIG_PATH"] ?? "", "utf8")) as {
  gateway: { port: number }
  models: { providers: Record<string, { baseUrl: string }> }
  mcp: { servers: Record<string, { url: string }> }
}
const bearer = { authorization: `Bearer ${process.env["MUSTER_DOOR_TOKEN"] ?? ""}`, "content-type": "application/json" }
const slotOf = (key: string): Slot => {
  const [, agent = ""] = key.split(":")
  return {
    baseUrl: config.models.providers[agent]?.baseUrl ?? "",
    teamUrl: config.mcp.servers[agent.replace("slot", "team")]?.url ?? "",
  }
}

let bootId = randomUUID()
let connects = 0
let isDeaf = false
/** Where no client says that it answers, the real one denies at once. */
let canApprove = false
const aborted: string[] = []
const sockets = new Set<WebSocket>()
const sessions = new Map<string, { cwd: string; guarded: boolean }>()
const turns = new Map<string, Turn>()
const resumed = new Set<string>()
const waiting = new Map<string, (answer: Record<string, unknown>) => void>()

const event = (name: string, payload: object): void => {
  for (const socket of sockets) socket.send(JSON.stringify({ type: "event", event: name, payload }))
}

interface Step {
  readonly say?: string
  readonly run?: string
  readonly ask?: string
  readonly choices?: readonly string[]
  readonly leave?: string
  readonly model?: true
  readonly team?: string
  readonly report?: true
  readonly tick?: true
  readonly flood?: number
  readonly hang?: true
  readonly stubborn?: true
  readonly die?: number
  readonly empty?: true
  readonly error?: string
  readonly drop?: true
  readonly restart?: true
  readonly garbage?: true
}

const scriptOf = (message: string): readonly Step[] => {
  const [, text] = /\[\[(.*)\]\]/su.exec(message) ?? []
  return text === undefined ? [{ say: "done" }] : (JSON.parse(`[${text}]`) as readonly Step[])
}

const NEVER = new Promise<never>(() => undefined)
const pause = (millis: number) => new Promise((resolve) => setTimeout(resolve, millis))

const play = async (turn: Turn, message: string): Promise<Record<string, unknown>> => {
  const { runId, key, stop } = turn
  const slot = slotOf(key)
  const agent = (stream: string, data: object): void => event("agent", { runId, sessionKey: key, stream, data })
  const ask = (name: string, more: object): Promise<Record<string, unknown>> => {
    const id = randomUUID()
    const answer = new Promise<Record<string, unknown>>((resolve) => waiting.set(id, resolve))
    event(name, { id, ...more })
    return answer
  }
  let last = ""
  let number = 0
  const say = (text: string): void => {
    number += 1
    last = text
    const itemId = `${runId}:${number}`
    const half = Math.ceil(text.length / 2)
    agent("assistant", { text: text.slice(0, half), delta: text.slice(0, half), itemId })
    agent("assistant", { text, delta: text.slice(half), itemId })
  }
  const post = async (url: string, body: object): Promise<string> => {
    const reply = await fetch(url, { method: "POST", headers: bearer, body: JSON.stringify(body) })
    return `${reply.status} ${await reply.text()}`
  }
  const callModel = () => post(`${slot.baseUrl}/chat/completions`, { model: "model", messages: [] })
  const exec = async (command: string): Promise<void> => {
    number += 1
    const toolCallId = `call_${runId}_${number}`
    const common = { toolCallId, name: "exec", title: `Exec ${command}`, kind: "tool" }
    agent("item", { ...common, phase: "start", status: "running" })
    agent("tool", { toolCallId, name: "exec", phase: "start", args: { command } })
    const child = spawn("sh", ["-c", command], { cwd: sessions.get(key)?.cwd, stdio: ["ignore", "pipe", "pipe"] })
    let output = ""
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk: Buffer) => {
        output += chunk.toString()
        agent("command_output", { toolCallId, phase: "delta", output })
      })
    stop.signal.addEventListener("abort", () => child.kill("SIGKILL"))
    const code = await new Promise((resolve) => child.on("exit", resolve))
    agent("tool", {
      toolCallId,
      phase: "result",
      isError: code !== 0,
      result: { content: [{ type: "text", text: output }] },
    })
    agent("item", { ...common, phase: "end", status: code === 0 ? "completed" : "failed" })
    agent("command_output", { toolCallId, phase: "end", output })
  }

  agent("lifecycle", { phase: "start" })
  for (const step of scriptOf(message)) {
    if (stop.signal.aborted) break
    if (step.say !== undefined) say(step.say)
    if (step.run !== undefined) await exec(step.run)
    if (step.ask !== undefined) {
      const options = (step.choices ?? []).map((label) => ({ label, description: "" }))
      const questions = [{ questionId: "q1", question: step.ask, options }]
      const { answers } = (await ask("question.requested", { questions, runId, sessionKey: key })) as {
        answers?: { answers?: Record<string, string[]> }
      }
      say(`got ${answers?.answers?.["q1"]?.[0] ?? "nothing"}`)
    }
    if (step.leave !== undefined) {
      const request = { command: step.leave, cwd: "/work", runId, sessionKey: key }
      const { decision } =
        sessions.get(key)?.guarded === true && canApprove
          ? await ask("exec.approval.requested", { request })
          : { decision: "nobody was asked" }
      say(`decision: ${String(decision)}`)
    }
    if (step.model === true) say(await callModel())
    if (step.team !== undefined)
      say(
        await post(slot.teamUrl, {
          jsonrpc: "2.0",
          id: 1,
          method: step.team === "list" ? "tools/list" : "tools/call",
          params: { name: step.team, arguments: {} },
        }),
      )
    if (step.report === true) say(JSON.stringify({ connects, aborted, resumed: [...resumed] }))
    while (step.tick === true && !stop.signal.aborted) {
      await callModel()
      say("tick\n")
      await pause(10)
    }
    if (step.flood !== undefined) {
      const line = "x".repeat(65_536)
      for (let bytes = 0; bytes < step.flood; bytes += line.length) {
        number += 1
        agent("assistant", { text: line, delta: line, itemId: `${runId}:${number}` })
      }
      last = "flooded"
    }
    if (step.garbage === true) for (const socket of sockets) socket.send("{ this is no frame")
    if (step.hang === true) await new Promise((resolve) => stop.signal.addEventListener("abort", resolve))
    if (step.stubborn === true) {
      isDeaf = true
      await NEVER
    }
    if (step.die !== undefined) {
      process.stderr.write("the stand-in was told to die\n")
      process.exit(step.die)
    }
    if (step.error !== undefined) {
      event("chat", { runId, sessionKey: key, state: "error", errorMessage: step.error })
      return { status: "error", endedAt: Date.now(), error: step.error }
    }
    if (step.empty === true)
      return { status: "ok", endedAt: Date.now(), stopReason: "toolUse", terminalReply: { disposition: "empty" } }
    if (step.drop === true) {
      for (const socket of sockets) socket.terminate()
      await pause(50)
    }
    if (step.restart === true) {
      bootId = randomUUID()
      resumed.add(key)
      for (const socket of sockets) socket.close(1012, "service restart")
      await NEVER
    }
  }
  if (stop.signal.aborted) {
    event("chat", { runId, sessionKey: key, state: "aborted", stopReason: "rpc" })
    return { status: "error", endedAt: Date.now(), stopReason: "rpc", error: "aborted" }
  }
  agent("lifecycle", { phase: "end", stopReason: "stop" })
  const text = last === "" ? "done" : last
  return { status: "ok", endedAt: Date.now(), stopReason: "stop", terminalReply: { disposition: "visible", text } }
}

const begin = (params: Params, answer: (payload: object) => void): object => {
  const runId = String(params["idempotencyKey"])
  if (turns.has(runId)) return { runId, status: "in_flight" }
  const turn: Turn = {
    runId,
    key: String(params["sessionKey"]),
    stop: new AbortController(),
    receipt: undefined,
    ended: Promise.resolve().then(async () => {
      turn.receipt = await play(turn, String(params["message"]))
      const usage = { input: 100, output: 20, cacheRead: 5 }
      answer({ runId, status: "ok", result: { meta: { agentMeta: { usage } } } })
      return turn.receipt
    }),
  }
  turns.set(runId, turn)
  return { runId, status: "accepted" }
}

const wait = async (params: Params): Promise<object> => {
  const runId = String(params["runId"])
  const turn = turns.get(runId)
  if (turn === undefined) return { runId, status: "timeout" }
  const late = pause(Math.min(Number(params["timeoutMs"]), 500)).then(() => ({ status: "timeout" }))
  return { runId, ...(await Promise.race([turn.ended, late])) }
}

const abort = (key: string): object => {
  aborted.push(key)
  resumed.delete(key)
  for (const turn of turns.values()) if (turn.key === key) turn.stop.abort()
  return { ok: true, status: "aborted" }
}

type Handler = (params: Params, answer: (payload: object) => void) => object | Promise<object>
const methods: Record<string, Handler> = {
  "sessions.create": ({ key, cwd, permissionMode }) => {
    sessions.set(String(key), { cwd: String(cwd), guarded: permissionMode === "guarded" })
    return { ok: true, key }
  },
  "sessions.list": () => ({ sessions: [...resumed].map((key) => ({ key })) }),
  "sessions.abort": ({ key }) => (isDeaf ? NEVER : abort(String(key))),
  "sessions.delete": ({ key }) => ({ ok: sessions.delete(String(key)) }),
  "agent.wait": wait,
  agent: begin,
  "question.resolve": ({ id, answers }) => {
    waiting.get(String(id))?.({ answers })
    return { ok: true }
  },
  "exec.approval.resolve": ({ id, decision }) => {
    waiting.get(String(id))?.({ decision })
    return { ok: true }
  },
}

const greet = (params: Params): object => ({
  type: "hello-ok",
  protocol: 4,
  server: { version: VERSION, bootId, connId: randomUUID() },
  auth: { method: "token", role: "operator", scopes: params["scopes"] },
  policy: { tickIntervalMs: 30_000 },
})

const server = new WebSocketServer({ host: "127.0.0.1", port: config.gateway.port })
server.on("connection", (socket) => {
  socket.send(JSON.stringify({ type: "event", event: "connect.challenge", payload: { nonce: randomUUID() } }))
  socket.on("close", () => sockets.delete(socket))
  socket.on("message", (data: Buffer) => {
    const { id, method, params } = JSON.parse(data.toString()) as { id: string; method: string; params: Params }
    const answer = (payload: object) => socket.send(JSON.stringify({ type: "res", id, ok: true, payload }))
    const refuse = (error: object) => socket.send(JSON.stringify({ type: "res", id, ok: false, error }))
    if (method === "connect") {
      connects += 1
      canApprove = (params["caps"] as unknown as string[]).includes("approvals")
      const { token } = params["auth"] as unknown as { token?: string }
      if (token !== process.env["OPENCLAW_GATEWAY_TOKEN"]) return refuse({ code: "AUTH_TOKEN_MISMATCH", message: "no" })
      // As the real one does while it is still starting.
      if (connects === 1) {
        refuse({ code: "UNAVAILABLE", message: "gateway starting; retry shortly", retryable: true })
        return socket.close(1013, "gateway starting")
      }
      sockets.add(socket)
      return answer(greet(params))
    }
    const handler = methods[method]
    if (handler === undefined) return refuse({ code: "INVALID_REQUEST", message: `unknown method ${method}` })
    return void Promise.resolve(handler(params, answer)).then(answer)
  })
})
process.on("SIGTERM", () => process.exit(0))
