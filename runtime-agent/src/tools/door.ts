import { createHash, randomBytes, timingSafeEqual } from "node:crypto"
import type { IncomingMessage } from "node:http"
import { TOOL_CALLS_IN_FLIGHT_MAX, TOOL_CALLS_PER_MINUTE_MAX, TOOLS_BODY_MAX_BYTES } from "#src/tools/limits.ts"
import type { ToolSession } from "#src/tools/session.ts"

const TOKEN_BYTES = 32
const MINUTE_MILLIS = 60_000

/** Somebody who holds the token of an assignment that is at work. */
export interface Guest {
  readonly session: ToolSession
  readonly digest: Buffer
  windowStartMillis: number
  calls: number
  inFlight: number
}

/** No to a request: status and words. */
export class Turned extends Error {
  override readonly name = "Turned"
  readonly status: number
  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

const digestOf = (token: string): Buffer => createHash("sha256").update(token, "utf8").digest()

/** Who may come in: one token an assignment, compared in constant time, void when the assignment ends. */
export const makeGuests = () => {
  const guests = new Set<Guest>()
  return {
    admit: (session: ToolSession): { readonly token: string; readonly leave: () => void } => {
      const token = randomBytes(TOKEN_BYTES).toString("base64url")
      const guest = { session, digest: digestOf(token), windowStartMillis: 0, calls: 0, inFlight: 0 }
      guests.add(guest)
      return { token, leave: () => void guests.delete(guest) }
    },
    /** Looks at all of them, whichever it is. */
    find: (token: string): Guest | undefined => {
      const digest = digestOf(token)
      let found: Guest | undefined
      for (const guest of guests) if (timingSafeEqual(guest.digest, digest)) found = guest
      return found
    },
  }
}

/** Fails with Turned when the guest asks too much. Followed by one `done`. */
export const countIn = (guest: Guest, nowMillis: number): (() => void) => {
  if (nowMillis - guest.windowStartMillis >= MINUTE_MILLIS) {
    guest.windowStartMillis = nowMillis
    guest.calls = 0
  }
  if (guest.calls >= TOOL_CALLS_PER_MINUTE_MAX) throw new Turned(429, "Too many calls; wait a minute.")
  if (guest.inFlight >= TOOL_CALLS_IN_FLIGHT_MAX) throw new Turned(429, "Too many calls at the same time.")
  guest.calls += 1
  guest.inFlight += 1
  return () => {
    guest.inFlight -= 1
  }
}

/**
 * Programs of this machine only: a page in a browser (it sends Origin) or a foreign name that was pointed here (another Host) gets
 * nothing. Fails with Turned.
 */
export const requireLocalProgram = ({ headers }: IncomingMessage, port: number): void => {
  if (headers.origin !== undefined) throw new Turned(403, "Not for web pages.")
  if (headers.host !== `127.0.0.1:${port}` && headers.host !== `localhost:${port}`)
    throw new Turned(421, "This address does not belong to the tools.")
}

export const bearerOf = ({ headers }: IncomingMessage): string =>
  /^Bearer ([A-Za-z0-9_-]{1,128})$/iu.exec(headers.authorization ?? "")?.[1] ?? ""

/** The body as text. Fails with Turned when it is too large. */
export const readBody = async (request: IncomingMessage): Promise<string> => {
  const tooLarge = () => new Turned(413, `A request has at most ${TOOLS_BODY_MAX_BYTES} bytes.`)
  if (Number(request.headers["content-length"] ?? 0) > TOOLS_BODY_MAX_BYTES) throw tooLarge()
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > TOOLS_BODY_MAX_BYTES) throw tooLarge()
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString("utf8")
}
