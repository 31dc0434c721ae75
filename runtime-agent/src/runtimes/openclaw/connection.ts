import type { RawData, WebSocket } from "ws"
import { messageOf } from "#src/errors.ts"
import { GatewayConnectionLost, GatewayError, GatewayNotReady, GatewayRefused } from "#src/runtimes/openclaw/errors.ts"
import { countOf, type Fields, fieldsOf, listOf, parseFields, textOf } from "#src/runtimes/openclaw/fields.ts"
import {
  GATEWAY_CONNECT_MAX_MILLIS,
  GATEWAY_FRAME_MAX_BYTES,
  GATEWAY_REQUEST_MAX_MILLIS,
  GATEWAY_SILENT_TICKS,
  GATEWAY_TICK_DEFAULT_MILLIS,
  OPENCLAW_PROTOCOL,
  OPENCLAW_VERSION,
} from "#src/runtimes/openclaw/limits.ts"
import { AGENT_VERSION } from "#src/version.ts"

const SCOPES = [
  "operator.read",
  "operator.write",
  "operator.admin",
  "operator.approvals",
  "operator.questions",
] as const

export interface RequestOptions {
  readonly timeoutMillis?: number
  /** The gateway answers a started turn twice under one id; the second answer comes here. */
  readonly onSecond?: (payload: Fields) => void
  /** The connection ended before the second answer: it does not come on another one. */
  readonly onSecondLost?: () => void
}

/** A greeted connection. */
export interface GatewayConnection {
  /** Another one after each start of the gateway, also within the same process. */
  readonly bootId: string
  /** Fails with GatewayError (its answer), GatewayConnectionLost. */
  readonly request: (method: string, params: object, options?: RequestOptions) => Promise<Fields>
  /** Why it ended. Never rejects. */
  readonly closed: Promise<string>
  readonly close: () => void
}

export interface ConnectOptions {
  readonly port: number
  readonly token: string
  /** While its promise is open nothing more is read: back pressure. */
  readonly onEvent: (event: string, payload: Fields) => Promise<void> | undefined
}

interface Pending {
  readonly resolve: (payload: Fields) => void
  readonly reject: (error: GatewayError | GatewayConnectionLost) => void
  readonly onSecond: ((payload: Fields) => void) | undefined
  readonly onSecondLost: (() => void) | undefined
}

const textOfData = (data: RawData): string =>
  Buffer.isBuffer(data)
    ? data.toString("utf8")
    : Array.isArray(data)
      ? Buffer.concat(data).toString("utf8")
      : Buffer.from(data).toString("utf8")

const errorOf = (frame: Fields): GatewayError => {
  const { code, message } = fieldsOf(frame["error"])
  return new GatewayError({ code: textOf(code) ?? "UNKNOWN", message: textOf(message) ?? "without a reason" })
}

/** What has to be true of a greeting: an unasked difference here would show as work that silently goes wrong. */
const problemOf = (hello: Fields): string | undefined => {
  const version = textOf(fieldsOf(hello["server"])["version"])
  if (hello["type"] !== "hello-ok") return "its greeting is not known"
  if (hello["protocol"] !== OPENCLAW_PROTOCOL)
    return `it speaks protocol ${JSON.stringify(hello["protocol"])}; this runtime speaks ${OPENCLAW_PROTOCOL}`
  if (version !== OPENCLAW_VERSION)
    return `it is version ${version ?? "unknown"}; this runtime is made for ${OPENCLAW_VERSION}`
  const granted = new Set(listOf(fieldsOf(hello["auth"])["scopes"]))
  const missing = SCOPES.filter((scope) => !granted.has(scope))
  return missing.length === 0 ? undefined : `it does not grant ${missing.join(", ")}`
}

const connectParams = (token: string) => ({
  minProtocol: OPENCLAW_PROTOCOL,
  maxProtocol: OPENCLAW_PROTOCOL,
  // The names of clients are a closed list of the gateway; this one may connect with its token alone.
  client: { id: "gateway-client", version: AGENT_VERSION, platform: process.platform, mode: "backend" },
  role: "operator",
  scopes: SCOPES,
  // Without the second one, requests for leave are denied at once: nobody would be there to answer.
  caps: ["tool-events", "approvals"],
  auth: { token },
  locale: "en-US",
  userAgent: `muster-runtime-agent/${AGENT_VERSION}`,
})

/** Pending requests and what comes in, on one socket. */
const channelOf = (socket: WebSocket, onEvent: ConnectOptions["onEvent"], onFrame: () => void) => {
  const pending = new Map<string, Pending>()
  let lastId = 0
  let closeReason: string | undefined

  const closed = new Promise<string>((resolve) => {
    socket.on("error", (error) => {
      closeReason ??= messageOf(error)
    })
    socket.on("close", (code, reason) => {
      closeReason ??= `code ${code}${reason.length === 0 ? "" : ` ${reason.toString("utf8")}`}`
      for (const { reject } of pending.values()) reject(new GatewayConnectionLost({ message: closeReason }))
      pending.clear()
      resolve(closeReason)
    })
  })

  const take = (frame: Fields): void => {
    if (frame["type"] === "event") {
      const wait = onEvent(textOf(frame["event"]) ?? "", fieldsOf(frame["payload"]))
      if (wait === undefined) return
      socket.pause()
      const goOn = () => socket.resume()
      wait.then(goOn, goOn)
      return
    }
    const id = textOf(frame["id"])
    const waiting = id === undefined ? undefined : pending.get(id)
    if (frame["type"] !== "res" || id === undefined || waiting === undefined) return
    const payload = fieldsOf(frame["payload"])
    if (frame["ok"] !== true) {
      pending.delete(id)
      return waiting.reject(errorOf(frame))
    }
    if (waiting.onSecond !== undefined && payload["status"] === "accepted") {
      const { onSecond, onSecondLost } = waiting
      const lost = () => onSecondLost?.()
      pending.set(id, { resolve: onSecond, reject: lost, onSecond: undefined, onSecondLost: undefined })
    } else pending.delete(id)
    waiting.resolve(payload)
  }
  socket.on("message", (data) => {
    onFrame()
    // What is no frame is none of ours: the answer that somebody waits for has its own time limit.
    const frame = parseFields(textOfData(data))
    if (frame !== undefined) take(frame)
  })

  const request: GatewayConnection["request"] = (method, params, options = {}) =>
    new Promise((resolve, reject) => {
      if (closeReason !== undefined) return reject(new GatewayConnectionLost({ message: closeReason }))
      lastId += 1
      const id = `m${lastId}`
      const { timeoutMillis = GATEWAY_REQUEST_MAX_MILLIS, onSecond, onSecondLost } = options
      const timer = setTimeout(() => {
        pending.delete(id)
        reject(new GatewayError({ code: "TIMEOUT", message: `no answer to ${method} in ${timeoutMillis} ms` }))
      }, timeoutMillis)
      pending.set(id, {
        onSecond,
        onSecondLost,
        resolve: (payload) => {
          clearTimeout(timer)
          resolve(payload)
        },
        reject: (error) => {
          clearTimeout(timer)
          reject(error)
        },
      })
      socket.send(JSON.stringify({ type: "req", id, method, params }))
    })
  return { closed, request }
}

/** Opens a connection and greets. Fails with GatewayNotReady (try again) or GatewayRefused (do not). */
export const connectGateway = async (options: ConnectOptions): Promise<GatewayConnection> => {
  const { port, token, onEvent } = options
  const { WebSocket: Socket } = await import("ws")
  const socket = new Socket(`ws://127.0.0.1:${port}`, {
    maxPayload: GATEWAY_FRAME_MAX_BYTES,
    handshakeTimeout: GATEWAY_CONNECT_MAX_MILLIS,
  })
  let challenged: () => void = () => undefined
  const challenge = new Promise<void>((resolve) => {
    challenged = resolve
  })
  let lastFrameAt = performance.now()
  const { closed, request } = channelOf(
    socket,
    (event, payload) => {
      if (event !== "connect.challenge") return onEvent(event, payload)
      challenged()
      return undefined
    },
    () => {
      lastFrameAt = performance.now()
    },
  )
  const tooLate = setTimeout(() => socket.terminate(), GATEWAY_CONNECT_MAX_MILLIS)
  try {
    const lost = closed.then((reason) => Promise.reject(new GatewayConnectionLost({ message: reason })))
    lost.catch(() => undefined) // waited for below; later closings are told by `closed`
    await Promise.race([challenge, lost])
    const hello = await request("connect", connectParams(token))
    const problem = problemOf(hello)
    if (problem !== undefined) throw new GatewayRefused({ message: `the gateway can not be used: ${problem}` })
    const tickMillis = countOf(fieldsOf(hello["policy"])["tickIntervalMs"]) ?? GATEWAY_TICK_DEFAULT_MILLIS
    const watching = setInterval(() => {
      // Who does not read hears no ticks.
      if (socket.isPaused) lastFrameAt = performance.now()
      if (performance.now() - lastFrameAt > tickMillis * GATEWAY_SILENT_TICKS) socket.terminate()
    }, tickMillis)
    watching.unref()
    void closed.then(() => clearInterval(watching))
    return {
      bootId: textOf(fieldsOf(hello["server"])["bootId"]) ?? "",
      request,
      closed,
      close: () => socket.terminate(),
    }
  } catch (error) {
    socket.terminate()
    if (error instanceof GatewayRefused) throw error
    if (error instanceof GatewayConnectionLost) throw new GatewayNotReady({ message: error.message })
    if (error instanceof GatewayError)
      throw error.code === "UNAVAILABLE" || error.code === "TIMEOUT"
        ? new GatewayNotReady({ message: error.message })
        : new GatewayRefused({ message: `the gateway refused the connection: ${error.message} (${error.code})` })
    throw error
  } finally {
    clearTimeout(tooLate)
  }
}
