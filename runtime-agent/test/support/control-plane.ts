import { createHash } from "node:crypto"
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import type { AgentCredentials } from "@muster/contracts"

/** The routes an agent uses, kept in memory. Output is checked as the real one does: a hole is answered by 409 and the size. */
export interface FakeControlPlane {
  readonly url: string
  readonly output: (assignmentId: string) => string
  readonly blobs: Map<string, Buffer>
  /** Files that came with tasks, by the hash they are asked for by. */
  readonly files: Map<string, Buffer>
  /** Tokens that may be spent once. */
  readonly tokens: Map<string, AgentCredentials>
  /** Keys that are accepted; empty = any. */
  readonly validKeys: Set<string>
  /** Everything that was asked, as "METHOD path". */
  readonly requests: string[]
  /** Drops every connection, as a machine that is gone. */
  setAway: (isAway: boolean) => void
  /** Bytes kept of an output; beyond them the request is answered 503 once. */
  failNext: (times: number) => void
  readonly stop: () => Promise<void>
}

const bytesOf = async (request: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = []
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
  return Buffer.concat(chunks)
}

export const startFakeControlPlane = async (): Promise<FakeControlPlane> => {
  const outputs = new Map<string, Buffer>()
  const blobs = new Map<string, Buffer>()
  const files = new Map<string, Buffer>()
  const tokens = new Map<string, AgentCredentials>()
  const validKeys = new Set<string>()
  const requests: string[] = []
  let isAway = false
  let failures = 0

  const answer = async (request: IncomingMessage, reply: ServerResponse): Promise<void> => {
    if (isAway) return void request.socket.destroy()
    const url = new URL(request.url ?? "/", "http://x")
    const body = await bytesOf(request)
    requests.push(`${request.method} ${url.pathname}`)
    const json = (status: number, value: unknown) => {
      reply.writeHead(status, { "content-type": "application/json" })
      reply.end(JSON.stringify(value))
    }
    const problem = (status: number, title: string, more: object = {}) =>
      json(status, { type: `urn:muster:problem:${title}`, title, status, ...more })
    if (url.pathname === "/healthz") return json(200, { ok: true })
    if (url.pathname === "/api/v1/agent/bootstrap") {
      const { token } = JSON.parse(body.toString("utf8")) as { token: string }
      const credentials = tokens.get(token)
      tokens.delete(token)
      return credentials ? json(200, credentials) : problem(401, "token-refused")
    }
    const key = request.headers.authorization?.replace(/^Bearer /, "") ?? ""
    if (validKeys.size > 0 && !validKeys.has(key)) return problem(401, "unauthenticated")
    if (failures > 0) {
      failures -= 1
      return problem(503, "try-later")
    }
    const file = /^\/api\/v1\/agent\/tasks\/[^/]+\/assignments\/[^/]+\/attachments\/([0-9a-f]{64})$/.exec(
      url.pathname,
    )?.[1]
    if (file !== undefined) {
      const found = files.get(file)
      if (found === undefined) return problem(404, "not-found")
      reply.writeHead(200, { "content-type": "application/octet-stream" })
      return void reply.end(found)
    }
    const blob = /^\/api\/v1\/agent\/blobs\/([0-9a-f]{64})$/.exec(url.pathname)?.[1]
    if (blob !== undefined) {
      if (createHash("sha256").update(body).digest("hex") !== blob) return problem(400, "hash-mismatch")
      blobs.set(blob, body)
      return json(200, { sha256: blob, size: body.length })
    }
    const assignment = /^\/api\/v1\/agent\/tasks\/[^/]+\/assignments\/([^/]+)\/output$/.exec(url.pathname)?.[1]
    if (assignment === undefined) return problem(404, "not-found")
    const stored = outputs.get(assignment) ?? Buffer.alloc(0)
    const offset = Number(url.searchParams.get("offset"))
    if (offset > stored.length) return problem(409, "output-gap", { size: stored.length })
    const next = Buffer.concat([stored, body.subarray(stored.length - offset)])
    outputs.set(assignment, next)
    json(200, { size: next.length })
  }
  const server: Server = createServer((request, reply) => {
    answer(request, reply).catch(() => request.socket.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    output: (assignmentId) => outputs.get(assignmentId)?.toString("utf8") ?? "",
    blobs,
    files,
    tokens,
    validKeys,
    requests,
    setAway: (away) => {
      isAway = away
    },
    failNext: (times) => {
      failures = times
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
