import { takeCodeFromAddress } from "#src/session/code-from-address.ts"
import type { ArrivingCode } from "#src/session/code-from-address.ts"

/** The code that the page was opened with, until the sign-in page asks for it. In memory alone. */
let arriving: ArrivingCode | undefined

/** Called before anything else runs, so that the router and its history never see the code. */
export function receiveCode(): void {
  arriving = takeCodeFromAddress(window)
}

/** Hands the code over once. */
export function claimCode(): ArrivingCode | undefined {
  const code = arriving
  arriving = undefined
  return code
}
