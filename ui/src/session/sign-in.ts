import { SIGN_IN_TIMEOUT_MILLIS } from "#src/limits.ts"

/** How an exchange of a code for a session can end. */
export type SignInOutcome = "signed-in" | "refused" | "name-taken" | "throttled" | "unreachable"

/** What the sign-in page needs of the server. */
export interface SignInPort {
  readonly hasSession: () => Promise<boolean>
  /** `name` is what the person of a set-up link wants to be called. */
  readonly exchange: (code: string, name?: string) => Promise<SignInOutcome>
}

export const SESSION_URL = "/api/v1/session"

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
    exchange: (code, name) =>
      fetch(SESSION_URL, {
        method: "POST",
        headers: { "content-type": "application/json", accept: "application/json" },
        body: JSON.stringify(name === undefined ? { code } : { code, name }),
        signal: deadline(),
      }).then(outcomeOf, () => "unreachable" as const),
  }
}

const deadline = (): AbortSignal => AbortSignal.timeout(SIGN_IN_TIMEOUT_MILLIS)

function outcomeOf(response: Response): SignInOutcome {
  if (response.ok) return "signed-in"
  if (response.status === 429) return "throttled"
  if (response.status === 409) return "name-taken"
  return response.status >= 500 ? "unreachable" : "refused"
}
