import type { Readable, Writable } from "node:stream"
import type { Stream } from "@agentclientprotocol/sdk"
import { ACP_MESSAGE_MAX_BYTES, ACP_REQUESTS_WAITING_MAX } from "#src/runtimes/acp/limits.ts"

type Message = Stream["readable"] extends ReadableStream<infer M> ? M : never
type Id = string | number | null

export interface WireOptions {
  readonly stdin: Writable
  readonly stdout: Readable
  /** The parameters of a `session/update`, in the order of the wire and before any answer that follows it. */
  readonly onUpdate: (params: unknown) => void
  /** What is no message: a log line, a banner, garbage. */
  readonly onNoise: (bytes: Uint8Array) => void
  /** Resolves when more may be read: back pressure for the agent. */
  readonly room: () => Promise<void>
}

export interface Wire {
  readonly stream: Stream
  /** Resolves when the agent has closed its side. */
  readonly ended: Promise<void>
}

const NEWLINE = 10
const UPDATE_METHOD = "session/update"

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value)

const isId = (value: unknown): value is Id => value === null || typeof value === "string" || typeof value === "number"

/** A JSON-RPC message, or undefined for any other line. */
const parse = (line: Buffer): Readonly<Record<string, unknown>> | undefined => {
  const text = line.toString("utf8").trim()
  if (!text.startsWith("{")) return undefined
  try {
    const value: unknown = JSON.parse(text)
    return isRecord(value) && value["jsonrpc"] === "2.0" ? value : undefined
  } catch {
    return undefined // a log line that looks like JSON
  }
}

/** Cuts a stream into lines. One that is too long is passed on as noise, piece by piece. */
export const lineSplitter = (onLine: (line: Buffer) => void, onNoise: (bytes: Uint8Array) => void) => {
  let parts: Buffer[] = []
  let bytes = 0
  let isTooLong = false
  const take = (part: Buffer): void => {
    if (isTooLong) return onNoise(part)
    parts.push(part)
    bytes += part.length
    if (bytes <= ACP_MESSAGE_MAX_BYTES) return
    isTooLong = true
    for (const held of parts) onNoise(held)
    parts = []
  }
  const end = (): void => {
    if (isTooLong) onNoise(Buffer.from("\n"))
    else if (bytes > 0) onLine(Buffer.concat(parts))
    parts = []
    bytes = 0
    isTooLong = false
  }
  return {
    push: (chunk: Buffer): void => {
      let from = 0
      for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, from)) {
        take(chunk.subarray(from, at))
        end()
        from = at + 1
      }
      if (from < chunk.length) take(chunk.subarray(from))
    },
    end,
  }
}

/**
 * The standard streams of an agent as a stream of messages. Updates are handed over here, in order; requests and answers are left to
 * the protocol's library. An agent that asks without reading answers, or says more than the spool takes, is not read any further.
 */
export const makeWire = ({ stdin, stdout, onUpdate, onNoise, room }: WireOptions): Wire => {
  /** Of ours without an answer, and of the agent's. */
  const asked = new Set<Id>()
  const waiting = new Set<Id>()
  let answered: () => void = () => undefined
  // A write that fails says so itself; without a listener the failure would end the process.
  stdin.on("error", () => undefined)

  const send = (message: Message): Promise<void> => {
    const { id } = message as { readonly id?: Id }
    if (id !== undefined) {
      if ("method" in message) asked.add(id)
      else if (waiting.delete(id)) answered()
    }
    return new Promise((resolve, reject) => {
      stdin.write(`${JSON.stringify(message)}\n`, (error) => (error ? reject(error) : resolve()))
    })
  }

  const reader: { controller?: ReadableStreamDefaultController<Message> } = {}
  const readable = new ReadableStream<Message>({
    start: (controller) => {
      reader.controller = controller
    },
  })

  const receive = (line: Buffer): void => {
    const noise = (): void => onNoise(Buffer.concat([line, Buffer.from("\n")]))
    const message = parse(line)
    if (message === undefined) return noise()
    const { id, method } = message
    if (typeof method === "string") {
      if (id === undefined && method === UPDATE_METHOD) return onUpdate(message["params"])
      if (id !== undefined && !isId(id)) return noise()
      if (id !== undefined) waiting.add(id)
    } else if (!isId(id) || !asked.delete(id)) return noise()
    reader.controller?.enqueue(message as Message)
  }

  const readAll = async (): Promise<void> => {
    const lines = lineSplitter(receive, onNoise)
    try {
      for await (const chunk of stdout) {
        lines.push(chunk as Buffer)
        await room()
        while (waiting.size >= ACP_REQUESTS_WAITING_MAX)
          await new Promise<void>((resolve) => {
            answered = resolve
          })
      }
      lines.end()
    } finally {
      reader.controller?.close()
    }
  }
  return { stream: { readable, writable: new WritableStream<Message>({ write: send }) }, ended: readAll() }
}
