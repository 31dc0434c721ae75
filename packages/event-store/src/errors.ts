import { Data } from "effect"

/** The stream is not at the revision the caller expected. Re-read the stream, decide again, append again. */
export class WrongExpectedRevision extends Data.TaggedError("WrongExpectedRevision")<{
  readonly stream: string
  readonly expected: number
  /** Where the stream really stands (0 = it does not exist). Absent when the engine would have to ask again to know. */
  readonly actual?: number
}> {
  override get message() {
    return `stream ${this.stream}: expected revision ${this.expected}, found ${this.actual ?? "another one"}`
  }
}

/** The request can never be stored as it is: a retry fails the same way. `reason` says what is wrong, never what the data holds. */
export class PoisonedEvent extends Data.TaggedError("PoisonedEvent")<{
  readonly stream: string
  readonly reason: string
}> {
  override get message() {
    return `stream ${this.stream}: ${this.reason}`
  }
}

/** Too many requests wait already; nothing of this one was stored. Try again after `retryAfterMillis`. */
export class Overloaded extends Data.TaggedError("Overloaded")<{ readonly retryAfterMillis: number }> {
  override get message() {
    return `the log has too many requests waiting; try again in ${this.retryAfterMillis} ms`
  }
}

/**
 * The log could not be reached until the deadline. As an append verdict it means "not known": retry with the same event
 * ids, and the log answers `alreadyStored` if the first try got through.
 */
export class LogUnavailable extends Data.TaggedError("LogUnavailable")<{ readonly cause: unknown }> {
  override get message() {
    return "the log cannot be reached"
  }
}
