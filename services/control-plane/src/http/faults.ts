import { ProblemError } from "#src/http/problem.ts"
import { RETRY_AFTER_SECONDS } from "#src/limits.ts"

interface Tagged {
  readonly _tag: string
  readonly retryAfterMillis?: unknown
}

const isTagged = (error: unknown): error is Tagged =>
  typeof error === "object" && error !== null && "_tag" in error && typeof error._tag === "string"

const secondsOf = (millis: unknown): number =>
  typeof millis === "number" ? Math.max(RETRY_AFTER_SECONDS, Math.ceil(millis / 1_000)) : RETRY_AFTER_SECONDS

/** What the rooms below throw, as the problem a caller sees; undefined for what nobody foresaw. */
const ofTagged = (error: Tagged): ProblemError | undefined => {
  const later = { retryAfterSeconds: secondsOf(error.retryAfterMillis), cause: error }
  switch (error._tag) {
    case "Overloaded":
      return new ProblemError("overloaded", "Try again in a moment.", later)
    case "LogUnavailable":
      return new ProblemError("log-unavailable", "Nothing is known of the outcome; repeat with the same key.", later)
    case "ReadModelsUnavailable":
    case "OperationalStateUnavailable":
    case "BusUnavailable":
      return new ProblemError("unavailable", "Try again in a moment.", later)
    case "TooManyAttempts":
      return new ProblemError("too-many-requests", "Too many wrong codes.", later)
    case "PoisonedEvent":
      return new ProblemError("validation", "The request holds something that cannot be stored.", { cause: error })
    default:
      return undefined
  }
}

interface HttpFault {
  readonly statusCode: number
  readonly code?: string
}
const isHttpFault = (error: unknown): error is HttpFault & Error =>
  error instanceof Error && "statusCode" in error && typeof error.statusCode === "number"

/** Faults that Fastify and its plugins find before a handler runs. */
const ofHttp = (error: HttpFault & Error): ProblemError | undefined => {
  switch (error.statusCode) {
    case 413:
      return new ProblemError("too-large", undefined, { cause: error })
    case 415:
      return new ProblemError("unsupported-media-type", "Send application/json.", { cause: error })
    case 404:
      return new ProblemError("not-found", undefined, { cause: error })
    case 429:
      return new ProblemError("too-many-requests", undefined, { cause: error })
    case 503:
      return new ProblemError("shutting-down", undefined, { retryAfterSeconds: RETRY_AFTER_SECONDS, cause: error })
    default:
      if (error.statusCode < 400 || error.statusCode >= 500) return undefined
      return error instanceof SyntaxError || error.code?.startsWith("FST_ERR_CTP") === true
        ? new ProblemError("malformed-json", undefined, { cause: error })
        : new ProblemError("bad-request", undefined, { cause: error })
  }
}

/** Any thrown thing as a problem. What nobody foresaw is `internal`: its text and stack stay in the log of the process. */
export const toProblem = (error: unknown): ProblemError => {
  if (error instanceof ProblemError) return error
  const known = (isTagged(error) && ofTagged(error)) || (isHttpFault(error) && ofHttp(error)) || undefined
  return known ?? new ProblemError("internal", "Tell an operator the request id.", { cause: error })
}
