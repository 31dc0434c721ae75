import { randomBytes } from "node:crypto"
import { once } from "node:events"
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { chat } from "#src/dialects/chat.ts"
import { type Dialect, openAiRefusal } from "#src/dialects/dialect.ts"
import { messages } from "#src/dialects/messages.ts"
import { responses } from "#src/dialects/responses.ts"
import { ModelScriptFailed, RequestUnreadable } from "#src/errors.ts"
import { countTokens } from "#src/answer.ts"
import { compose } from "#src/script/compose.ts"
import { type Move, nextMove } from "#src/script/next.ts"
import type { Rule } from "#src/script/rules.ts"
import type { FaultStep } from "#src/script/step.ts"
import { readBody } from "#src/server/body.ts"
import { showsKey } from "#src/server/key.ts"
import { perform, refuse, statusOf, UNAUTHORIZED } from "#src/server/perform.ts"
import { type DialectName, makeRecording, type RecordedRequest } from "#src/server/recording.ts"

export interface ModelScriptOptions {
  /** The key that clients have to show. Default: a fresh one. */
  readonly apiKey?: string
  /** Default: a free one. */
  readonly port?: number
  /** What to do where the prompt holds no script; the first that matches. */
  readonly rules?: readonly Rule[]
  /** The models that `GET /v1/models` lists. Any name may be asked for. */
  readonly models?: readonly string[]
  /** Put before everything the model says. */
  readonly label?: string
  /** Between the fragments of streamed answers. Default 0. */
  readonly pauseMillis?: number
}

export interface ModelScript {
  /** `http://127.0.0.1:<port>`; clients of the Anthropic dialect take this one. */
  readonly origin: string
  /** The origin and `/v1`; clients of the OpenAI dialects take this one. */
  readonly baseUrl: string
  readonly apiKey: string
  /** What was asked, oldest first. */
  readonly requests: readonly RecordedRequest[]
  /** Replaces the rules. */
  readonly setRules: (rules: readonly Rule[]) => void
  /** The next `times` requests (default 1), whatever they ask, end so. Faults are used up in the order they were set. */
  readonly failNext: (fault: FaultStep) => void
  /** Cuts all connections. */
  readonly close: () => Promise<void>
}

const DIALECTS: Readonly<Record<string, readonly [DialectName, Dialect]>> = {
  "/v1/chat/completions": ["chat", chat],
  "/v1/responses": ["responses", responses],
  "/v1/messages": ["messages", messages],
}

/** Faults of the script do not count while another one is in their place. */
const passOver = (): number => Number.POSITIVE_INFINITY

const NO_WORDS = { thought: "", text: "", toolCalls: [] } as const

const sendJson = (response: ServerResponse, body: unknown): void => {
  response.writeHead(200, { "content-type": "application/json; charset=utf-8" })
  response.end(JSON.stringify(body))
}

const isGone = (error: unknown): boolean =>
  error instanceof Error && (error.name === "AbortError" || ("code" in error && error.code === "ECONNRESET"))

/**
 * A model endpoint over real HTTP on loopback that says what a script tells it. Speaks chat completions, responses and Anthropic
 * messages, streamed or not. Fails with ModelScriptFailed when it cannot listen.
 */
export const startModelScript = async (options: ModelScriptOptions = {}): Promise<ModelScript> => {
  const { apiKey = `sk-${randomBytes(24).toString("base64url")}`, models = ["scripted"], label = "" } = options
  let rules = options.rules ?? []
  const recording = makeRecording()
  const struck = new Map<string, number>()
  const faults: { readonly fault: FaultStep; left: number }[] = []

  const strike = (place: string): number => {
    const before = struck.get(place) ?? 0
    struck.set(place, before + 1)
    return before
  }
  const queuedFault = (): FaultStep | undefined => {
    const [next] = faults
    if (next === undefined) return undefined
    next.left -= 1
    if (next.left === 0) faults.shift()
    return next.fault
  }

  const converse = async (request: IncomingMessage, response: ServerResponse, name: DialectName, dialect: Dialect) => {
    const body = await readBody(request)
    const conversation = dialect.read(body)
    const queued = queuedFault()
    const planned = nextMove(conversation, rules, queued === undefined ? strike : passOver)
    const move: Move = queued === undefined ? planned : { ...planned, fault: queued }
    const answer = compose(move.step, conversation, move.results, label)
    const pauseMillis = move.step.pauseMillis ?? options.pauseMillis ?? 0
    const status = statusOf(move.fault)
    recording.add({ dialect: name, body, conversation, status, ...(status === 200 ? { answer } : {}) })
    await perform({ response, dialect, conversation, answer, pauseMillis }, move.fault)
  }

  const route = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost")
    const isMessages = pathname.startsWith("/v1/messages")
    const style: Pick<Dialect, "refusal"> = isMessages ? messages : { refusal: openAiRefusal }
    try {
      if (!showsKey(request, apiKey)) return refuse(response, style, UNAUTHORIZED)
      if (request.method === "GET" && pathname === "/v1/models")
        return sendJson(response, {
          object: "list",
          data: models.map((id) => ({ id, object: "model", created: 0, owned_by: "script" })),
        })
      if (request.method === "POST" && pathname === "/v1/messages/count_tokens") {
        const conversation = messages.read(await readBody(request))
        return sendJson(response, { input_tokens: countTokens(conversation, NO_WORDS).inputTokens })
      }
      const [name, dialect] = DIALECTS[pathname] ?? []
      if (request.method !== "POST" || name === undefined || dialect === undefined)
        return refuse(response, style, { status: 404, code: "not_found", message: `There is no ${pathname}.` })
      await converse(request, response, name, dialect)
    } catch (error) {
      if (isGone(error) || response.headersSent) {
        response.destroy()
        return
      }
      const isOurs = error instanceof RequestUnreadable
      const message = error instanceof Error ? error.message : "unknown cause"
      refuse(response, style, {
        status: isOurs ? 400 : 500,
        code: isOurs ? "invalid_request" : "server_error",
        message,
      })
    }
  }

  const server = createServer((request, response) => void route(request, response))
  try {
    server.listen(options.port ?? 0, "127.0.0.1")
    await once(server, "listening")
  } catch (cause) {
    throw new ModelScriptFailed({ cause })
  }
  const { port } = server.address() as AddressInfo
  const origin = `http://127.0.0.1:${port}`
  return {
    origin,
    baseUrl: `${origin}/v1`,
    apiKey,
    requests: recording.requests,
    setRules: (next) => {
      rules = next
    },
    failNext: (fault) => {
      faults.push({ fault, left: fault.times ?? 1 })
    },
    close: async () => {
      const closed = new Promise<void>((resolve) => {
        server.close(() => resolve())
      })
      server.closeAllConnections()
      await closed
    },
  }
}
