import { randomUUID } from "node:crypto"
import { existsSync, mkdirSync, writeFileSync } from "node:fs"
import { homedir } from "node:os"
import { join } from "node:path"
import { Readable, Writable } from "node:stream"
import { agent, type McpServer, methods, ndJsonStream, RequestError } from "@agentclientprotocol/sdk"
import { play } from "#src/testing/scripted-agent/play.ts"
import { stepsOf } from "#src/testing/scripted-agent/script.ts"
import type { TeamServer } from "#src/testing/scripted-agent/team.ts"

/**
 * A small agent that speaks the real protocol over its standard streams and does what a script in its prompt says. It calls no model.
 */
interface Held {
  readonly cwd: string
  readonly isResumed: boolean
  readonly team: TeamServer | undefined
  cancel: AbortController
}

const sessions = new Map<string, Held>()
const SESSIONS_DIR = join(homedir(), ".scripted-agent")
const fileOf = (sessionId: string): string => join(SESSIONS_DIR, sessionId)

const teamOf = (servers: readonly McpServer[]): TeamServer | undefined => {
  for (const server of servers)
    if ("url" in server && "type" in server && server.type === "http")
      return { url: server.url, headers: Object.fromEntries(server.headers.map(({ name, value }) => [name, value])) }
  return undefined
}

const hold = (sessionId: string, cwd: string, servers: readonly McpServer[], isResumed: boolean): void => {
  sessions.set(sessionId, { cwd, isResumed, team: teamOf(servers), cancel: new AbortController() })
}

agent({ name: "scripted-agent" })
  .onRequest(methods.agent.initialize, () => ({
    protocolVersion: 1,
    agentInfo: { name: "scripted-agent", title: "Scripted agent", version: "1.0.0" },
    agentCapabilities: { loadSession: true, mcpCapabilities: { http: true, sse: false } },
    authMethods: [],
  }))
  .onRequest(methods.agent.session.new, ({ params }) => {
    const sessionId = randomUUID()
    mkdirSync(SESSIONS_DIR, { recursive: true })
    writeFileSync(fileOf(sessionId), params.cwd)
    hold(sessionId, params.cwd, params.mcpServers, false)
    return { sessionId }
  })
  .onRequest(methods.agent.session.load, async ({ params, client }) => {
    if (!existsSync(fileOf(params.sessionId))) throw RequestError.resourceNotFound(params.sessionId)
    hold(params.sessionId, params.cwd, params.mcpServers, true)
    // What was said before is told again, as the protocol asks for.
    await client.notify(methods.client.session.update, {
      sessionId: params.sessionId,
      update: { sessionUpdate: "agent_message_chunk", content: { type: "text", text: "told again" } },
    })
    return {}
  })
  .onRequest(methods.agent.session.prompt, async ({ params, client }) => {
    const held = sessions.get(params.sessionId)
    if (held === undefined) throw RequestError.resourceNotFound(params.sessionId)
    held.cancel = new AbortController()
    const text = params.prompt.map((block) => (block.type === "text" ? block.text : "")).join("\n")
    return play(stepsOf(text), { ...held, client, sessionId: params.sessionId, signal: held.cancel.signal })
  })
  .onNotification(methods.agent.session.cancel, ({ params }) => sessions.get(params.sessionId)?.cancel.abort())
  .connect(ndJsonStream(Writable.toWeb(process.stdout), Readable.toWeb(process.stdin) as ReadableStream<Uint8Array>))
