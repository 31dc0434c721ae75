import { API_PREFIX, IDEMPOTENCY_KEY_HEADER, PROBLEM_TYPE_PREFIX, type Problem } from "@muster/contracts"
import { ApiRefused } from "./errors.ts"
import { REQUEST_TIMEOUT_MILLIS } from "./limits.ts"

export interface CallOptions {
  /** Sent as JSON; a string is sent as it is. */
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  readonly idempotencyKey?: string
}

/** The HTTP API as a signed-in person (or, without a cookie, a stranger) sees it. Paths are below /api/v1. */
export interface Api {
  readonly url: string
  readonly cookie: string | undefined
  /** The answer as it came, whatever its status. */
  readonly call: (method: string, path: string, options?: CallOptions) => Promise<Response>
  /** The decoded answer of a call that is expected to succeed; fails with ApiRefused. */
  readonly json: <A>(method: string, path: string, options?: CallOptions) => Promise<A>
  readonly bytes: (path: string) => Promise<{ readonly headers: Headers; readonly bytes: Buffer }>
}

const refusal = async (method: string, path: string, response: Response): Promise<ApiRefused> => {
  const text = await response.text()
  const isProblem = (response.headers.get("content-type") ?? "").startsWith("application/problem+json")
  const problem = isProblem ? (JSON.parse(text) as Problem) : undefined
  return new ApiRefused({
    status: response.status,
    type: problem?.type.replace(PROBLEM_TYPE_PREFIX, "") ?? "",
    message: `${method} ${path} → ${response.status} ${problem?.detail ?? problem?.title ?? text.slice(0, 500)}`,
  })
}

export const connectApi = (url: string, cookie?: string): Api => {
  const call: Api["call"] = (method, path, { body, headers, idempotencyKey } = {}) =>
    fetch(`${url}${API_PREFIX}${path}`, {
      method,
      headers: {
        origin: url,
        ...(cookie === undefined ? {} : { cookie }),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...(idempotencyKey === undefined ? {} : { [IDEMPOTENCY_KEY_HEADER]: idempotencyKey }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
      signal: AbortSignal.timeout(REQUEST_TIMEOUT_MILLIS),
    })
  const succeed = async (method: string, path: string, options?: CallOptions): Promise<Response> => {
    const response = await call(method, path, options)
    if (!response.ok) throw await refusal(method, path, response)
    return response
  }
  return {
    url,
    cookie,
    call,
    json: async <A>(method: string, path: string, options?: CallOptions) =>
      (await (await succeed(method, path, options)).json()) as A,
    bytes: async (path) => {
      const response = await succeed("GET", path)
      return { headers: response.headers, bytes: Buffer.from(await response.arrayBuffer()) }
    },
  }
}

/** Exchanges a one-time code for a session. */
export const signIn = async (url: string, code: string, name?: string): Promise<Api> => {
  const response = await connectApi(url).call("POST", "/session", { body: { code, ...(name ? { name } : {}) } })
  if (!response.ok) throw await refusal("POST", "/session", response)
  const cookie = response.headers
    .getSetCookie()
    .map((line) => line.split(";")[0])
    .join("; ")
  return connectApi(url, cookie)
}
