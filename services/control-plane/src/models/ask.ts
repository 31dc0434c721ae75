import type { ModelAccess } from "@muster/operational-state"
import { parseJson } from "#src/models/json.ts"

export interface ModelAnswer {
  readonly status: number
  /** Its JSON; undefined when it is none, or longer than was asked for. */
  readonly body: unknown
}

/** The beginning of an answer; what is longer is no JSON then. */
const readSome = async (response: Response, maxBytes: number): Promise<string> => {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk)
    size += chunk.length
    if (size > maxBytes) break
  }
  return Buffer.concat(chunks).toString("utf8")
}

/** One call of the chat completions of an endpoint, not streamed. Rejects as `fetch` does. */
export const askModel = async (
  { baseUrl, apiKey, model }: ModelAccess,
  request: object,
  { signal, maxBytes }: { readonly signal: AbortSignal; readonly maxBytes: number },
): Promise<ModelAnswer> => {
  const response = await fetch(`${baseUrl}/chat/completions`, {
    method: "POST",
    // A key goes to the host it was given for, and to no other.
    redirect: "manual",
    headers: {
      "content-type": "application/json",
      ...(apiKey === null ? {} : { authorization: `Bearer ${apiKey}` }),
    },
    body: JSON.stringify({ model, ...request }),
    signal,
  })
  return { status: response.status, body: parseJson(await readSome(response, maxBytes)) }
}

/** The code that Node gives the fault of a connection. */
export const faultCodeOf = (error: unknown): string => {
  const cause: unknown = error instanceof Error && error.cause !== undefined ? error.cause : error
  if (cause instanceof AggregateError) return faultCodeOf(cause.errors[0])
  return cause instanceof Error && "code" in cause && typeof cause.code === "string" ? cause.code : "unknown"
}
