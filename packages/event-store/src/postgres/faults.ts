import { Data } from "effect"

/**
 * What an error of the database means for a batch.
 * - `lost`: the connection broke or nobody answered; the batch may be stored or not.
 * - `busy`: the server answered that it could not now; nothing is stored; a retry can succeed.
 * - `refused`: the server did not like what it was given; the same bytes will fail again.
 * - `misconfigured`: wrong password, missing schema or right: no retry helps.
 */
export type FaultKind = "lost" | "busy" | "refused" | "misconfigured"

/** An error of the database without the statement and the parameters that the driver hangs on it: those hold event data. */
export class DatabaseFault extends Data.TaggedError("DatabaseFault")<{
  readonly kind: FaultKind
  /** SQLSTATE, the driver's or the system's code. */
  readonly code: string
  readonly message: string
}> {}

/** Nobody answered within the time of one try. */
export class AttemptTimedOut extends Data.TaggedError("AttemptTimedOut")<{ readonly millis: number }> {}

const LOST = /^(?:08|57P0[1-5]|CONNECT|CONNECTION_|E[A-Z_]+$)/u
const BUSY = /^(?:40|53|55|57|58|25|23505|XX)/u
const REFUSED = /^(?:21|22|23|54)/u

const kindOf = (code: string): FaultKind => {
  if (LOST.test(code)) return "lost"
  if (BUSY.test(code)) return "busy"
  return REFUSED.test(code) ? "refused" : "misconfigured"
}

const codeOf = (error: unknown): string => {
  if (error instanceof AttemptTimedOut) return "CONNECTION_TIMED_OUT"
  if (typeof error === "object" && error !== null && "code" in error && typeof error.code === "string")
    return error.code
  return error instanceof Error ? error.name : "unknown"
}

/** Reads an error of the driver. Texts of refusals may quote the data: they are replaced by the code. */
export const faultOf = (error: unknown): DatabaseFault => {
  if (error instanceof DatabaseFault) return error
  const code = codeOf(error)
  const kind = kindOf(code)
  const text = kind !== "refused" && error instanceof Error && error.message !== "" ? error.message : "database error"
  return new DatabaseFault({ kind, code, message: `${text} (${code})` })
}
