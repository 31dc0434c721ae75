import { SIGN_IN_TIMEOUT_MILLIS } from "#src/limits.ts"

/** How an exchange of a code for a session can end. */
export type SignInOutcome = "signed-in" | "wrong" | "used" | "expired" | "throttled" | "unreachable"

/** The three things the sign-in page needs of the server. */
export interface SignInPort {
  readonly hasSession: () => Promise<boolean>
  readonly exchange: (code: string) => Promise<SignInOutcome>
}

const SESSION_URL = "/api/v1/session"

/** Ends of the problem types that the server answers a refused code with. */
const REFUSALS: ReadonlyArray<readonly [suffix: string, outcome: SignInOutcome]> = [
  ["code-used", "used"],
  ["code-expired", "expired"],
]

/**
 * Signs in over HTTP. The session is a cookie that scripts cannot read; nothing of it is kept here. The code travels
 * in a body, never in an address.
 */
export function makeSignIn(fetch: typeof globalThis.fetch): SignInPort {
  return {
    hasSession: () =>
      fetch(SESSION_URL, { headers: { accept: "application/json" }, signal: deadline() }).then(
        (response) => response.ok,
        // No answer is no session as far as this page can tell; the exchange will say more.
        () => false,
      ),
    exchange: (code) =>
      fetch(SESSION_URL, {
        method: "POST",
        headers: { "content-type": "application/json", accept: "application/json" },
        body: JSON.stringify({ code }),
        signal: deadline(),
      }).then(outcomeOf, () => "unreachable" as const),
  }
}

const deadline = (): AbortSignal => AbortSignal.timeout(SIGN_IN_TIMEOUT_MILLIS)

async function outcomeOf(response: Response): Promise<SignInOutcome> {
  if (response.ok) return "signed-in"
  if (response.status === 429) return "throttled"
  if (response.status >= 500) return "unreachable"
  const type = await problemType(response)
  return REFUSALS.find(([suffix]) => type.endsWith(suffix))?.[1] ?? "wrong"
}

/** The `type` of an RFC 9457 problem, or an empty text for an answer that is none. */
async function problemType(response: Response): Promise<string> {
  const body: unknown = await response.json().catch(() => undefined)
  const type = typeof body === "object" && body !== null && "type" in body ? body.type : undefined
  return typeof type === "string" ? type : ""
}
