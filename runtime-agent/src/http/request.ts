import type { IncomingMessage } from "node:http"
import type { Readable } from "node:stream"
import { pipeline } from "node:stream/promises"
import { ControlPlaneAway, messageOf } from "#src/errors.ts"
import { HTTP_IDLE_TIMEOUT_MILLIS, HTTP_REPLY_MAX_BYTES } from "#src/limits.ts"

/**
 * An `import` of node:http looks at every name it exports, and one of them (WebSocket) loads a whole HTTP client: 13 MB of memory
 * that an agent should not keep. Asking for the module itself does not. The built-in fetch would cost the same.
 */
const { request: httpRequest } = process.getBuiltinModule("node:http")
const { request: httpsRequest } = process.getBuiltinModule("node:https")

export interface HttpRequest {
  readonly method: "GET" | "POST" | "PUT"
  readonly url: URL
  readonly headers?: Readonly<Record<string, string>>
  /** A stream needs `content-length` in the headers. */
  readonly body?: Uint8Array | Readable
  readonly timeoutMillis: number
  /** How long the connection may move no byte in either direction; HTTP_IDLE_TIMEOUT_MILLIS unless told. */
  readonly idleMillis?: number
  /** What comes beyond is left out; HTTP_REPLY_MAX_BYTES unless told. */
  readonly replyMaxBytes?: number
  readonly signal?: AbortSignal
  /** Takes the bytes of an answer of 200 in the place of its text, which is empty then. */
  readonly sink?: (bytes: AsyncIterable<Buffer>) => Promise<void>
}

export interface HttpReply {
  readonly status: number
  readonly body: string
}

const bodyOf = async (reply: IncomingMessage, maxBytes = HTTP_REPLY_MAX_BYTES): Promise<string> => {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of reply as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size <= maxBytes) chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString("utf8")
}

/** The text of an answer; nothing when its bytes went elsewhere. */
const received = async (reply: IncomingMessage, { sink, replyMaxBytes }: HttpRequest): Promise<string> => {
  if (sink === undefined || reply.statusCode !== 200) return bodyOf(reply, replyMaxBytes)
  await sink(reply as AsyncIterable<Buffer>)
  return ""
}

/** One request. Follows no redirects. Fails with ControlPlaneAway when there is no answer. */
export const send = async (options: HttpRequest): Promise<HttpReply> => {
  const { method, url, headers = {}, body, timeoutMillis, idleMillis = HTTP_IDLE_TIMEOUT_MILLIS } = options
  const timeout = AbortSignal.timeout(timeoutMillis)
  const signal = options.signal === undefined ? timeout : AbortSignal.any([options.signal, timeout])
  const length = body instanceof Uint8Array ? { "content-length": String(body.byteLength) } : {}
  const make = url.protocol === "https:" ? httpsRequest : httpRequest
  const outgoing = make(url, { method, headers: { ...length, ...headers }, signal })
  outgoing.setTimeout(idleMillis, () => outgoing.destroy(new Error(`the connection was silent for ${idleMillis} ms`)))
  const answered = new Promise<HttpReply>((resolve, reject) => {
    outgoing.once("error", reject)
    outgoing.once("response", (reply) => {
      received(reply, options).then((text) => resolve({ status: reply.statusCode ?? 0, body: text }), reject)
    })
  })
  try {
    if (body === undefined || body instanceof Uint8Array) {
      outgoing.end(body)
      return await answered
    }
    // A server may refuse before it has read everything: its answer counts, not the broken pipe.
    const sent = pipeline(body, outgoing).then(
      () => undefined,
      (error: unknown) => error,
    )
    const reply = await answered
    body.destroy()
    await sent
    return reply
  } catch (error) {
    throw new ControlPlaneAway({ message: `${method} ${url.pathname}: ${messageOf(error)}` })
  }
}
