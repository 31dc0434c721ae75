import { Data } from "effect"

/**
 * What an error of the database means.
 * - `lost`: the connection broke or the server is not there (yet): try again.
 * - `busy`: the server could not now (lock, deadlock, timeout, shutdown): try again.
 * - `refused`: it did not like the data; the same data will fail again.
 * - `misconfigured`: wrong password, missing schema or right: no retry helps.
 */
export type FaultKind = "lost" | "busy" | "refused" | "misconfigured"

/** An error of the database without the statement, the parameters and the texts that may quote data. */
export class DatabaseFault extends Data.TaggedError("DatabaseFault")<{
  readonly kind: FaultKind
  /** SQLSTATE, the driver's or the system's code. */
  readonly code: string
}> {
  override get message() {
    return `database error ${this.code} (${this.kind})`
  }
}

/** Nobody answered within the time of one query. */
export class AttemptTimedOut extends Data.TaggedError("AttemptTimedOut")<{ readonly millis: number }> {}

/** The database with the read models could not be asked. Try again; nothing was changed. */
export class ReadModelsUnavailable extends Data.TaggedError("ReadModelsUnavailable")<{
  readonly cause: DatabaseFault
}> {
  override get message() {
    return `the read models cannot be reached: ${this.cause.message}`
  }
}

/** A rebuild emptied the feed while it was read, several times in a row. Try again a little later. */
export class ReadModelsRebuilding extends Data.TaggedError("ReadModelsRebuilding")<{ readonly feedId: string }> {
  override get message() {
    return `the read models are being rebuilt; ${this.feedId} cannot be read yet`
  }
}

const LOST = /^(?:08|57P0[1-5]|CONNECT|CONNECTION_|E[A-Z_]+$)/u
const BUSY = /^(?:25|40|53|55|57|58|XX)/u
const REFUSED = /^(?:21|22|23|54)/u

const kindOf = (code: string): FaultKind => {
  if (LOST.test(code)) return "lost"
  if (BUSY.test(code)) return "busy"
  return REFUSED.test(code) ? "refused" : "misconfigured"
}

/** Reads an error of the driver. */
export const faultOf = (error: unknown): DatabaseFault => {
  if (error instanceof DatabaseFault) return error
  if (error instanceof AttemptTimedOut) return new DatabaseFault({ kind: "lost", code: "CONNECTION_TIMED_OUT" })
  const code =
    typeof error === "object" && error !== null && "code" in error && typeof error.code === "string"
      ? error.code
      : error instanceof Error
        ? error.name
        : "unknown"
  return new DatabaseFault({ kind: kindOf(code), code })
}
