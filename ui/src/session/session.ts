import type { Session } from "@muster/contracts"
import { createSignal } from "solid-js"
import { SESSION_URL } from "#src/session/sign-in.ts"
import { SIGN_IN_TIMEOUT_MILLIS } from "#src/limits.ts"

/** Whether this browser is signed in. `ended` keeps the person, so that what is on the page may stay. */
export type SessionState =
  | { readonly kind: "unknown" }
  | { readonly kind: "none" }
  | { readonly kind: "unreachable" }
  | { readonly kind: "here" | "ended"; readonly session: Session }

const [sessionState, setSessionState] = createSignal<SessionState>({ kind: "unknown" })
export { sessionState }

/** The person, also after their session has ended. */
export const signedIn = (): Session | undefined => {
  const state = sessionState()
  return "session" in state ? state.session : undefined
}

/** Asks who is signed in. Another person than before gets a page of their own: nothing of the first is shown to them. */
export async function loadSession(fetch: typeof globalThis.fetch = globalThis.fetch.bind(globalThis)): Promise<void> {
  const before = signedIn()
  const next = await readSession(fetch)
  if (next.kind === "here" && before !== undefined && before.user.id !== next.session.user.id) {
    location.reload()
    return
  }
  setSessionState(before !== undefined && next.kind !== "here" ? { kind: "ended", session: before } : next)
}

async function readSession(fetch: typeof globalThis.fetch): Promise<SessionState> {
  try {
    const signal = AbortSignal.timeout(SIGN_IN_TIMEOUT_MILLIS)
    const response = await fetch(SESSION_URL, { headers: { accept: "application/json" }, signal })
    if (response.ok) return { kind: "here", session: (await response.json()) as Session }
    return { kind: response.status === 401 ? "none" : "unreachable" }
  } catch {
    return { kind: "unreachable" }
  }
}

/** An answer or the live stream said that the session is over. */
export function noteSessionEnded(): void {
  const session = signedIn()
  if (session !== undefined) setSessionState({ kind: "ended", session })
}

/** Ends the session here and at the server. A server that cannot be reached ends it by itself in time. */
export async function signOut(fetch: typeof globalThis.fetch = globalThis.fetch.bind(globalThis)): Promise<boolean> {
  try {
    const headers = { accept: "application/json" }
    const response = await fetch(SESSION_URL, { method: "DELETE", headers })
    if (!response.ok && response.status !== 401) return false
  } catch {
    return false
  }
  const { forgetLastViews } = await import("#src/team/last-view.ts")
  await forgetLastViews()
  setSessionState({ kind: "none" })
  return true
}

/** For a page that begins anew: the sign-in page after its success, and tests. */
export const forgetSession = (): void => void setSessionState({ kind: "unknown" })
