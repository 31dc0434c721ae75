import type { Readable, Writable } from "node:stream"
import { messageOf } from "#src/errors.ts"
import { AgentRefused, ConnectionClosed, MethodUnknown } from "#src/runtimes/acp/errors.ts"
import { ACP_MESSAGE_MAX_BYTES, ACP_REQUESTS_WAITING_MAX } from "#src/runtimes/acp/limits.ts"

type Id = string | number | null
type Message = Readonly<Record<string, unknown>>

export interface WireOptions {
  readonly stdin: Writable
  readonly stdout: Readable
  /** The parameters of a `session/update`, in the order of the wire and before any answer that follows it. */
  readonly onUpdate: (params: unknown) => void
  /** What is no message: a log line, a banner, garbage. */
  readonly onNoise: (bytes: Uint8Array) => void
  /** Answers a request of the agent. Rejects with MethodUnknown, or with anything else that the agent is told. */
  readonly answer: (method: string, params: unknown) => Promise<unknown>
  /** Resolves when more may be read: back pressure for the agent. */
  readonly room: () => Promise<void>
}

/**
 * JSON-RPC 2.0 with an agent, one message a line over its standard streams. The protocol's own library would do the same for ten times
 * the memory; its types are used wherever messages are made or read.
 */
export interface Wire {
  /** Rejects with AgentRefused, or with ConnectionClosed. */
  readonly request: (method: string, params: unknown) => Promise<unknown>
  readonly notify: (method: string, params: unknown) => void
  readonly isClosed: () => boolean
  /** Resolves when the agent has closed its side. */
  readonly ended: Promise<void>
}

const NEWLINE = 10
const UPDATE_METHOD = "session/update"

const METHOD_NOT_FOUND = -32_601
const INTERNAL_ERROR = -32_603

const isRecord = (value: unknown): value is Message =>
  typeof value === "object" && value !== null && !Array.isArray(value)

const isId = (value: unknown): value is Id => value === null || typeof value === "string" || typeof value === "number"

/** A JSON-RPC message, or undefined for any other line. */
const parse = (line: Buffer): Message | undefined => {
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

interface Waiting {
  readonly resolve: (result: unknown) => void
  readonly reject: (error: unknown) => void
}

const refusal = (error: unknown): AgentRefused => {
  if (!isRecord(error))
    return new AgentRefused({ code: INTERNAL_ERROR, message: "an error without words", data: undefined })
  const { code, message, data } = error
  return new AgentRefused({
    code: typeof code === "number" ? code : INTERNAL_ERROR,
    message: typeof message === "string" ? message : "an error without words",
    data,
  })
}

/** An agent that asks without reading answers, or says more than the spool takes, is not read any further. */
export const makeWire = ({ stdin, stdout, onUpdate, onNoise, answer, room }: WireOptions): Wire => {
  /** Requests of ours by their id. */
  const asked = new Map<Id, Waiting>()
  let lastId = 0
  /** Requests of the agent that are being answered. */
  let answering = 0
  let answered: () => void = () => undefined
  let isClosed = false

  const close = (): void => {
    isClosed = true
    for (const { reject } of asked.values()) reject(new ConnectionClosed())
    asked.clear()
  }
  // Who does not read any more is gone or as good as gone.
  stdin.on("error", close)

  const send = (message: Message): Promise<void> =>
    new Promise((resolve) => {
      if (isClosed) return resolve()
      stdin.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`, () => resolve())
    })

  const reply = async (id: Id, method: string, params: unknown): Promise<void> => {
    answering += 1
    try {
      await send({ id, result: await answer(method, params) })
    } catch (error) {
      const code = error instanceof MethodUnknown ? METHOD_NOT_FOUND : INTERNAL_ERROR
      await send({ id, error: { code, message: messageOf(error) } })
    } finally {
      answering -= 1
      answered()
    }
  }

  const receive = (line: Buffer): void => {
    const noise = (): void => onNoise(Buffer.concat([line, Buffer.from("\n")]))
    const message = parse(line)
    if (message === undefined) return noise()
    const { id, method } = message
    if (typeof method === "string") {
      if (id === undefined) {
        if (method === UPDATE_METHOD) onUpdate(message["params"])
        return // other notifications are not for us
      }
      if (!isId(id)) return noise()
      void reply(id, method, message["params"])
      return
    }
    const waiting = isId(id) ? asked.get(id) : undefined
    if (waiting === undefined || !isId(id)) return noise()
    asked.delete(id)
    if ("error" in message) waiting.reject(refusal(message["error"]))
    else waiting.resolve(message["result"])
  }

  const roomToAnswer = async (): Promise<void> => {
    if (answering < ACP_REQUESTS_WAITING_MAX) return
    await new Promise<void>((resolve) => {
      answered = resolve
    })
    return roomToAnswer()
  }

  const readAll = async (): Promise<void> => {
    const lines = lineSplitter(receive, onNoise)
    try {
      for await (const chunk of stdout) {
        lines.push(chunk as Buffer)
        await room()
        await roomToAnswer()
      }
      lines.end()
    } finally {
      close()
    }
  }
  return {
    ended: readAll(),
    isClosed: () => isClosed,
    notify: (method, params) => void send({ method, params }),
    request: (method, params) => {
      if (isClosed) return Promise.reject(new ConnectionClosed())
      const id = (lastId += 1)
      return new Promise((resolve, reject) => {
        asked.set(id, { resolve, reject })
        void send({ id, method, params })
      })
    },
  }
}
