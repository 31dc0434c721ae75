import { createHash, timingSafeEqual } from "node:crypto"
import type { IncomingMessage } from "node:http"

const digest = (text: string): Buffer => createHash("sha256").update(text, "utf8").digest()

const shown = ({ headers }: IncomingMessage): string => {
  const key = headers["x-api-key"]
  if (typeof key === "string") return key
  return /^Bearer (.+)$/u.exec(headers.authorization ?? "")?.[1] ?? ""
}

/** Whether a request shows the key, as bearer or as x-api-key. */
export const showsKey = (request: IncomingMessage, apiKey: string): boolean =>
  timingSafeEqual(digest(shown(request)), digest(apiKey))
