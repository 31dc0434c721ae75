import { SIGN_IN_CODE_MAX_CHARS } from "#src/limits.ts"

/** The parts of a window that the code passes through. */
export interface AddressBar {
  readonly location: Pick<Location, "hash" | "pathname" | "search">
  readonly history: Pick<History, "replaceState" | "state">
}

/** What a sign-in link brings. */
export interface ArrivingCode {
  readonly code: string
  /** The link sets Muster up: whoever opens it becomes the owner and is asked for a name first. */
  readonly isSetup: boolean
}

/**
 * Takes the one-time code out of the fragment and out of the address bar in the same breath, so that it stays in no
 * history entry, bookmark or screen share. A fragment is never sent to a server by itself.
 * @returns undefined when the address carries no code
 */
export function takeCodeFromAddress(bar: AddressBar): ArrivingCode | undefined {
  const arriving = codeInFragment(bar.location.hash)
  if (arriving === undefined) return undefined
  bar.history.replaceState(bar.history.state, "", bar.location.pathname + bar.location.search)
  return arriving
}

/** The code in what a person pasted: the whole link, its fragment, or the code alone. */
export function codeInText(text: string): ArrivingCode | undefined {
  const trimmed = text.trim()
  const fragment = trimmed.indexOf("#code=")
  if (fragment >= 0) return codeInFragment(trimmed.slice(fragment))
  return isPlausible(trimmed) && !/^https?:\/\//.test(trimmed) ? { code: trimmed, isSetup: false } : undefined
}

function codeInFragment(fragment: string): ArrivingCode | undefined {
  const parts = fragment.replace(/^#/, "").split("&")
  const code = decoded(parts.find((part) => part.startsWith("code="))?.slice("code=".length) ?? "")
  return isPlausible(code) ? { code, isSetup: parts.includes("setup") } : undefined
}

/** Not by URLSearchParams, which takes a plus sign for a space: a code may hold one. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    // A percent sign that a person typed as it is.
    return text
  }
}

/** A code is any printable ASCII without spaces: the one from MUSTER_SETUP_CODE is made up by a person. */
const isPlausible = (code: string): boolean => /^[\x21-\x7e]+$/.test(code) && code.length <= SIGN_IN_CODE_MAX_CHARS
