import { API_PREFIX, IDEMPOTENCY_KEY_HEADER, PROBLEM_TYPE_PREFIX, Problem, type Route, routes } from "@muster/contracts"
import { Result, Schema } from "effect"
import { v7 } from "uuid"
import { ClientProblem, ClientUnreachable } from "#src/http/errors.ts"
import type { CallOptions, Client } from "#src/http/types.ts"

export interface ClientOptions {
  /** Such as `http://localhost:7400`; "" for the page's own origin. */
  readonly baseUrl: string
  readonly fetch?: typeof fetch
  /** Outside browsers: the Cookie header to send. A browser sends its own. */
  readonly cookie?: string
  /** Outside browsers: keep the session cookie that a sign-in sets, and send it from then on. */
  readonly keepCookie?: boolean
}

type Values = Readonly<Record<string, unknown>>
interface AnyInput extends CallOptions {
  readonly params?: Values
  readonly query?: Values
  readonly body?: unknown
}

const textOf = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value))

const addressOf = (baseUrl: string, route: Route, { params = {}, query = {} }: AnyInput): string => {
  const path = route.path.replaceAll(/:([a-z0-9]+)/giu, (_, name: string) => encodeURIComponent(textOf(params[name])))
  const given = Object.entries(query).filter(([, value]) => value !== undefined)
  const search = new URLSearchParams(given.map(([name, value]) => [name, textOf(value)])).toString()
  return `${baseUrl}${API_PREFIX}${path}${search === "" ? "" : `?${search}`}`
}

const decodeProblem = Schema.decodeUnknownResult(Problem)

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

/** The problem of an answer; one that came from somebody else (a proxy) is put into the same form. */
const problemOf = async (response: Response): Promise<ClientProblem> => {
  const decoded = decodeProblem(parse(await response.text()))
  const seconds = Number(response.headers.get("retry-after") ?? Number.NaN)
  const problem = Result.isSuccess(decoded)
    ? decoded.success
    : {
        type: `${PROBLEM_TYPE_PREFIX}unexpected-answer`,
        title: response.statusText || "Unexpected answer",
        status: response.status,
      }
  return new ClientProblem({ problem, retryAfterMillis: Number.isFinite(seconds) ? seconds * 1_000 : undefined })
}

/** The name=value pairs of the answer's Set-Cookie headers; undefined when it sets none. */
const cookieSetBy = (response: Response): string | undefined => {
  const pairs = response.headers.getSetCookie().map((cookie) => cookie.split(";", 1)[0] ?? "")
  return pairs.length === 0 ? undefined : pairs.join("; ")
}

/**
 * A client with one method per route of the contract: `client.dispatchTask({ params: { team }, body: { title } })`. Every unsafe
 * request carries an Idempotency-Key; when an answer is lost (ClientUnreachable) send it again with the key that the error names.
 */
export const createClient = (options: ClientOptions): Client => {
  const { baseUrl, keepCookie = false } = options
  const send = options.fetch ?? ((input, init) => globalThis.fetch(input, init))
  let { cookie } = options

  const call = async (route: Route, input: AnyInput = {}): Promise<unknown> => {
    const isCommand = route.method !== "GET"
    const key = isCommand ? (input.idempotencyKey ?? v7()) : undefined
    const body = route.body === undefined ? undefined : JSON.stringify(input.body ?? {})
    try {
      const response = await send(addressOf(baseUrl, route, input), {
        method: route.method,
        credentials: "same-origin",
        headers: {
          accept: "application/json",
          ...(body === undefined ? {} : { "content-type": "application/json" }),
          ...(key === undefined ? {} : { [IDEMPOTENCY_KEY_HEADER]: key }),
          ...(cookie === undefined ? {} : { cookie }),
        },
        ...(body === undefined ? {} : { body }),
        ...(input.signal === undefined ? {} : { signal: input.signal }),
      })
      if (!response.ok) throw await problemOf(response)
      if (keepCookie) cookie = cookieSetBy(response) ?? cookie
      return route.reply === undefined ? response : await response.json()
    } catch (error) {
      if (error instanceof ClientProblem) throw error
      throw new ClientUnreachable({ idempotencyKey: key, cause: error })
    }
  }

  const methods = Object.entries(routes).map(([name, route]) => [name, (input?: AnyInput) => call(route, input)])
  return { ...Object.fromEntries(methods), cookie: () => cookie } as Client
}
