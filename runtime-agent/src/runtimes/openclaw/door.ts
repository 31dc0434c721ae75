import { randomBytes, timingSafeEqual } from "node:crypto"
import type { IncomingMessage, OutgoingHttpHeaders, Server, ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { messageOf } from "#src/errors.ts"
import type { ModelAccess, ToolAccess } from "#src/runtimes/contract.ts"
import { fieldsOf, parseFields } from "#src/runtimes/openclaw/fields.ts"
import { DOOR_BODY_MAX_BYTES, DOOR_IDLE_MAX_MILLIS } from "#src/runtimes/openclaw/limits.ts"

// An import would look at every name these export, one of which loads a whole HTTP client.
const { createServer, request: httpRequest } = process.getBuiltinModule("node:http")
const { request: httpsRequest } = process.getBuiltinModule("node:https")

/** What stands behind the door for the session in a slot. */
export interface SlotAccess {
  readonly model: ModelAccess
  readonly tools: ToolAccess | undefined
  /** The model endpoint does not accept our key: words for a person. */
  readonly onModelRefused: (message: string) => void
}

/**
 * The way of a gateway to its models and to the team tools: one server on loopback, one token for each agent's life. The true
 * addresses and keys stay here, where nothing that OpenClaw starts can read them; which slot asks, the path says.
 */
export interface Door {
  readonly url: string
  readonly token: string
  readonly open: (slot: number, access: SlotAccess) => void
  readonly shut: (slot: number) => void
  /** While held, nothing passes: the agent stops before its next step. */
  readonly hold: (slot: number, isHeld: boolean) => void
  readonly close: () => Promise<void>
}

interface Slot extends SlotAccess {
  held: Promise<void> | undefined
  release: () => void
}

const UNAUTHORIZED = 401
const FORBIDDEN = 403
const BAD_REQUEST = 400
const NOT_FOUND = 404
const METHOD_NOT_ALLOWED = 405
const TOO_LARGE = 413
const UNAVAILABLE = 503
const OK = 200
const ACCEPTED = 202
/** What belongs to one connection and not to the request. */
const HOP_HEADERS = ["connection", "keep-alive", "transfer-encoding", "host", "content-length", "authorization"]

const answer = (response: ServerResponse, status: number, body: object): void => {
  if (response.headersSent) return void response.destroy()
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body))
}
const problem = (response: ServerResponse, status: number, message: string): void =>
  answer(response, status, { error: { message, type: "muster" } })

const bodyOf = async (request: IncomingMessage): Promise<Buffer | undefined> => {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > DOOR_BODY_MAX_BYTES) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** The bearer stays with us; the rest passes, both ways. */
const passOn = (headers: IncomingMessage["headers"]): OutgoingHttpHeaders =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP_HEADERS.includes(name)))

interface Forward {
  readonly url: URL
  readonly bearer: string
  readonly body: Buffer
  readonly onStatus: (status: number) => boolean
}

/** Streams the answer through as it comes. */
const forward = (
  request: IncomingMessage,
  response: ServerResponse,
  { url, bearer, body, onStatus }: Forward,
): void => {
  const make = url.protocol === "https:" ? httpsRequest : httpRequest
  const outgoing = make(url, {
    method: request.method ?? "POST",
    headers: {
      ...passOn(request.headers),
      authorization: `Bearer ${bearer}`,
      ...(body.length === 0 ? {} : { "content-length": String(body.length) }),
    },
  })
  outgoing.setTimeout(DOOR_IDLE_MAX_MILLIS, () => outgoing.destroy(new Error("it was silent for too long")))
  outgoing.on("error", (error) => problem(response, UNAVAILABLE, `not reached: ${messageOf(error)}`))
  outgoing.on("response", (incoming) => {
    const status = incoming.statusCode ?? UNAVAILABLE
    if (onStatus(status)) {
      response.writeHead(status, passOn(incoming.headers))
      incoming.on("error", () => response.destroy())
      incoming.pipe(response)
    } else incoming.resume()
  })
  // Nobody waits for the answer any more: the model need not go on either.
  response.on("close", () => outgoing.destroy())
  outgoing.end(body)
}

const withModel = (body: Buffer, model: string): Buffer => {
  const fields = parseFields(body.toString("utf8"))
  return fields === undefined ? body : Buffer.from(JSON.stringify({ ...fields, model }))
}

/** A slot without a session has no tools: OpenClaw asks all tool servers at the beginning of each session. */
const emptyTools = (body: Buffer, response: ServerResponse): void => {
  const { id, method, params } = parseFields(body.toString("utf8")) ?? {}
  const reply = (result: object) => answer(response, OK, { jsonrpc: "2.0", id, result })
  if (method === "initialize")
    return reply({
      protocolVersion: fieldsOf(params)["protocolVersion"] ?? "2025-06-18",
      capabilities: { tools: {} },
      serverInfo: { name: "muster", version: "0" },
    })
  if (method === "tools/list") return reply({ tools: [] })
  if (id === undefined) return void response.writeHead(ACCEPTED).end()
  return answer(response, OK, { jsonrpc: "2.0", id, error: { code: -32_601, message: "no task is in this slot" } })
}

/** Opens the door on a free port of loopback. */
export const openDoor = async (): Promise<Door> => {
  const token = randomBytes(32).toString("base64url")
  const wanted = Buffer.from(`Bearer ${token}`)
  const slots = new Map<number, Slot>()

  const isOurs = ({ headers: { authorization } }: IncomingMessage): boolean => {
    const given = Buffer.from(authorization ?? "")
    return given.length === wanted.length && timingSafeEqual(given, wanted)
  }

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (!isOurs(request)) return problem(response, UNAUTHORIZED, "the token is not accepted")
    const [, number = "", kind, rest = ""] = /^\/slot\/(\d+)\/(mcp|v1)(\/[\w/.-]*)?$/u.exec(request.url ?? "") ?? []
    const body = await bodyOf(request)
    if (body === undefined) return problem(response, TOO_LARGE, "the request is too large")
    const found = () => slots.get(Number(number))
    while (found()?.held !== undefined) await found()?.held
    const slot = found()
    if (kind === "mcp") {
      if (slot?.tools !== undefined)
        return forward(request, response, {
          url: new URL(slot.tools.url),
          bearer: slot.tools.token,
          body,
          onStatus: () => true,
        })
      return request.method === "POST" ? emptyTools(body, response) : problem(response, METHOD_NOT_ALLOWED, "only POST")
    }
    if (kind === undefined || slot === undefined) return problem(response, NOT_FOUND, "there is no session here")
    const { model, onModelRefused } = slot
    return forward(request, response, {
      url: new URL(`${model.baseUrl.replace(/\/$/u, "")}${rest}`),
      bearer: model.apiKey,
      body: withModel(body, model.model),
      onStatus: (status) => {
        if (status !== UNAUTHORIZED && status !== FORBIDDEN) return true
        // OpenClaw would shut the endpoint for all sessions for a minute: the session is ended instead, with words.
        onModelRefused(`the model endpoint does not accept the key of this member (status ${status})`)
        problem(response, BAD_REQUEST, "the model endpoint refused the request")
        return false
      },
    })
  }

  const server: Server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => problem(response, UNAVAILABLE, messageOf(error)))
  })
  server.requestTimeout = 0
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject)
    server.listen(0, "127.0.0.1", () => resolve())
  })
  const { port } = server.address() as AddressInfo
  const letGo = (slot: Slot | undefined): void => {
    if (slot === undefined) return
    slot.held = undefined
    slot.release()
  }
  return {
    url: `http://127.0.0.1:${port}`,
    token,
    open: (slot, access) => void slots.set(slot, { ...access, held: undefined, release: () => undefined }),
    shut: (number) => {
      const slot = slots.get(number)
      slots.delete(number)
      letGo(slot)
    },
    hold: (number, isHeld) => {
      const slot = slots.get(number)
      if (slot === undefined || (slot.held !== undefined) === isHeld) return
      if (!isHeld) return letGo(slot)
      slot.held = new Promise((resolve) => {
        slot.release = resolve
      })
    },
    close: async () => {
      for (const slot of slots.values()) letGo(slot)
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeAllConnections()
      await closed
    },
  }
}
