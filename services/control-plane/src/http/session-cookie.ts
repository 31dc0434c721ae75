import { SESSION_LIFETIME_MILLIS } from "@muster/operational-state"
import { parseCookie } from "#src/http/parse-cookie.ts"

/** The cookie that carries a session's id. */
export const SESSION_COOKIE = "muster_session"

/** The session id in a Cookie header, if there is one. */
export const sessionIdOf = (header: string | undefined): string | undefined => parseCookie(header, SESSION_COOKIE)

/**
 * Set-Cookie for a session, or for none: not readable by scripts, never sent by other sites. It lives as long as a session can at most:
 * when a session ends earlier is the server's to say, since its end moves on with use.
 */
export const sessionCookie = (session: { readonly id: string } | null, isSecure: boolean): string => {
  const attributes = `Path=/; HttpOnly; SameSite=Strict${isSecure ? "; Secure" : ""}`
  return session === null
    ? `${SESSION_COOKIE}=; ${attributes}; Max-Age=0`
    : `${SESSION_COOKIE}=${session.id}; ${attributes}; Max-Age=${SESSION_LIFETIME_MILLIS / 1_000}`
}
