import { SIGN_IN_CODE_MAX_CHARS } from "#src/limits.ts"

/** The parts of a window that the code passes through. */
export interface AddressBar {
  readonly location: Pick<Location, "hash" | "pathname" | "search">
  readonly history: Pick<History, "replaceState" | "state">
}

/**
 * Takes the one-time code out of the fragment and out of the address bar in the same breath, so that it stays in no
 * history entry, bookmark or screen share. A fragment is never sent to a server by itself.
 * @returns undefined when the address carries no code
 */
export function takeCodeFromAddress(bar: AddressBar): string | undefined {
  const code = codeInFragment(bar.location.hash)
  if (code === undefined) return undefined
  bar.history.replaceState(bar.history.state, "", bar.location.pathname + bar.location.search)
  return code
}

/** The code in what a person pasted: the whole link, its fragment, or the code alone. */
export function codeInText(text: string): string | undefined {
  const trimmed = text.trim()
  const fragment = trimmed.indexOf("#")
  if (fragment >= 0) return codeInFragment(trimmed.slice(fragment))
  return isPlausible(trimmed) ? trimmed : undefined
}

function codeInFragment(fragment: string): string | undefined {
  const code = new URLSearchParams(fragment.replace(/^#/, "")).get("code")
  return code !== null && isPlausible(code) ? code : undefined
}

const isPlausible = (code: string): boolean => /^[\w.~-]+$/.test(code) && code.length <= SIGN_IN_CODE_MAX_CHARS
