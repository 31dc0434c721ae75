import { isIP } from "node:net"
import { ProblemError } from "#src/http/problem.ts"

interface HeaderMap {
  readonly [name: string]: string | readonly string[] | undefined
}

const hostnameOf = (host: string): string | undefined => {
  const url = URL.parse(`http://${host}`)
  return url === null ? undefined : url.hostname.replace(/^\[|\]$/gu, "")
}

/**
 * Says which Host names are ours. Addresses and localhost always are; other names must be known, so that a foreign name that
 * was pointed at this machine (DNS rebinding) reaches nothing.
 */
export const makeHostCheck = (knownUrls: readonly string[]) => {
  const known = new Set(knownUrls.map((url) => URL.parse(url)?.hostname).filter((name) => name !== undefined))
  return (host: string | undefined): boolean => {
    const name = host === undefined ? undefined : hostnameOf(host)
    if (name === undefined) return false
    return isIP(name) !== 0 || name === "localhost" || name.endsWith(".localhost") || known.has(name)
  }
}

/** True when a browser sent this from a page of this very origin, or when no browser sent it. */
export const isSameOrigin = (headers: HeaderMap): boolean => {
  const { origin, host } = headers
  const site = headers["sec-fetch-site"]
  if (origin !== undefined) {
    const url = typeof origin === "string" ? URL.parse(origin) : null
    return url !== null && typeof host === "string" && url.host === host.toLowerCase()
  }
  return site === undefined || site === "same-origin" || site === "none"
}

/** Fails with ProblemError `cross-origin`. */
export const requireSameOrigin = (headers: HeaderMap): void => {
  if (!isSameOrigin(headers)) throw new ProblemError("cross-origin", "Commands are taken from Muster's own pages only.")
}
