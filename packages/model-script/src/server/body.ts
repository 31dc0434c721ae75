import type { IncomingMessage } from "node:http"
import { RequestUnreadable } from "#src/errors.ts"
import { isObject, type JsonObject } from "#src/json.ts"
import { BODY_MAX_BYTES } from "#src/limits.ts"

/** The body as a JSON object. Fails with RequestUnreadable. */
export const readBody = async (request: IncomingMessage): Promise<JsonObject> => {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Uint8Array>) {
    size += chunk.length
    if (size > BODY_MAX_BYTES) throw new RequestUnreadable({ message: `a request has at most ${BODY_MAX_BYTES} bytes` })
    chunks.push(chunk)
  }
  const text = Buffer.concat(chunks).toString("utf8")
  try {
    const body: unknown = JSON.parse(text)
    if (isObject(body)) return body
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
  }
  throw new RequestUnreadable({ message: "the body is no JSON object" })
}
