import type { IncomingMessage, Server, ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { messageOf } from "#src/errors.ts"
import type { UseTeamTool } from "#src/http/tools.ts"
import type { Log } from "#src/log.ts"
import { OVER } from "#src/pause.ts"
import type { ToolAccess } from "#src/runtimes/contract.ts"
import { bearerOf, countIn, makeGuests, readBody, requireLocalProgram, Turned } from "#src/tools/door.ts"
import { TOOLS_CONNECTIONS_MAX, TOOLS_REQUEST_TIMEOUT_MILLIS } from "#src/tools/limits.ts"
import type { Exchange } from "#src/tools/mcp.ts"
import { makeToolSession, type ToolSession, type ToolSessionOptions } from "#src/tools/session.ts"

// See http/request.ts: an import would cost 13 MB.
const { createServer } = process.getBuiltinModule("node:http")

/** The tools of one assignment, as a session of a runtime gets them. */
export interface OpenTools extends Omit<ToolSession, "call" | "list" | "listed" | "end"> {
  readonly access: ToolAccess
  /** The token is void from here on, and what still waits is answered. */
  readonly close: () => void
}

/** Team tools of an agent: MCP over streamable HTTP on loopback, one door for all assignments. */
export interface TeamTools {
  readonly open: (options: Omit<ToolSessionOptions, "use">) => Promise<OpenTools>
  readonly close: () => Promise<void>
}

const PATH = "/mcp"
const MCP_SESSION = "mcp-session-id"
const CLIENT = /^[\x21-\x7e]{1,64}$/u

const clientOf = ({ headers }: IncomingMessage): string | undefined => {
  const named = headers[MCP_SESSION]
  return typeof named === "string" && CLIENT.test(named) ? named : undefined
}

const answer = (response: ServerResponse, { status, body, mcpSession }: Exchange): void => {
  response.writeHead(status, {
    "cache-control": "no-store",
    ...(body === undefined ? {} : { "content-type": "application/json" }),
    ...(mcpSession === undefined ? {} : { [MCP_SESSION]: mcpSession }),
  })
  response.end(body)
}

const turnAway = (response: ServerResponse, { status, message }: Turned): void => {
  response.writeHead(status, {
    "content-type": "application/json",
    connection: "close",
    ...(status === 401 ? { "www-authenticate": "Bearer" } : {}),
    ...(status === 405 ? { allow: "POST" } : {}),
    ...(status === 429 ? { "retry-after": "1" } : {}),
  })
  response.end(JSON.stringify({ jsonrpc: "2.0", error: { code: -32_000, message }, id: null }))
}

/** The door opens with the first session that wants tools; the protocol is loaded with the first call. */
export const createTeamTools = ({ use, log }: { readonly use: UseTeamTool; readonly log: Log }): TeamTools => {
  const guests = makeGuests()
  let listening: Promise<{ readonly server: Server; readonly port: number }> | undefined

  const handle = async (request: IncomingMessage, response: ServerResponse, port: number): Promise<void> => {
    requireLocalProgram(request, port)
    if (request.url?.split("?", 1)[0] !== PATH) throw new Turned(404, "There is nothing here.")
    const guest = guests.find(bearerOf(request))
    if (guest === undefined) throw new Turned(401, "This token is not valid (any more).")
    if (request.method !== "POST") throw new Turned(405, "Send messages with POST; nothing is streamed.")
    const done = countIn(guest, performance.now())
    const left = new AbortController()
    response.once("close", () => left.abort(OVER))
    try {
      const body = await readBody(request)
      const { exchange } = await import("#src/tools/mcp.ts")
      const reply = await exchange(guest.session, body, { client: clientOf(request), signal: left.signal })
      if (!left.signal.aborted) answer(response, reply)
    } finally {
      done()
    }
  }

  const listen = async () => {
    const server = createServer({ requestTimeout: TOOLS_REQUEST_TIMEOUT_MILLIS })
    server.maxConnections = TOOLS_CONNECTIONS_MAX
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject)
      server.listen(0, "127.0.0.1", resolve)
    })
    const { port } = server.address() as AddressInfo
    server.on("request", (request, response) => {
      handle(request, response, port).catch((error: unknown) => {
        if (response.headersSent || response.destroyed) return response.destroy()
        if (error instanceof Turned) return turnAway(response, error)
        log.error({ error: messageOf(error) }, "a request to the team tools failed")
        turnAway(response, new Turned(500, "The tools failed here."))
      })
    })
    return { server, port }
  }

  return {
    open: async (options) => {
      listening ??= listen().catch((error: unknown) => {
        listening = undefined
        throw error
      })
      const { port } = await listening
      const session = makeToolSession({ ...options, use })
      const { token, leave } = guests.admit(session)
      return {
        access: { url: `http://127.0.0.1:${port}${PATH}`, token, listed: session.listed },
        completion: session.completion,
        unfinished: session.unfinished,
        briefing: session.briefing,
        answer: session.answer,
        decide: session.decide,
        close: () => {
          leave()
          session.end()
        },
      }
    },
    close: async () => {
      if (listening === undefined) return
      const { server } = await listening
      server.closeAllConnections()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}
