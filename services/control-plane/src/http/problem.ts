import { PROBLEM_TYPE_PREFIX, type Problem } from "@muster/contracts"

/** Every way in which the edge says no: name → status and title. The name is the stable part of `urn:muster:problem:<name>`. */
export const problems = {
  "malformed-json": [400, "The body is not valid JSON"],
  "bad-request": [400, "The request is not valid HTTP"],
  "bad-idempotency-key": [400, "Idempotency-Key must be 1 to 200 printable characters"],
  unauthenticated: [401, "Sign in first"],
  "code-refused": [401, "This code does not work"],
  "token-refused": [401, "This bootstrap token does not work"],
  forbidden: [403, "Your role does not allow this"],
  "cross-origin": [403, "Requests from other origins are refused"],
  "not-found": [404, "Not found"],
  "method-not-allowed": [405, "This path does not answer this method"],
  "already-exists": [409, "It exists already"],
  archived: [409, "The team is archived"],
  halted: [409, "The kill switch of the organisation is on"],
  deleted: [409, "The schedule was deleted"],
  settled: [409, "This was dealt with already"],
  removed: [409, "The member was removed"],
  closed: [409, "The task has ended"],
  "no-model": [409, "No model is set"],
  "too-many-tokens": [409, "You have as many tokens as one may have"],
  "not-what-was-shown": [409, "What is asked is not what you were shown"],
  conflict: [409, "The state does not allow this now"],
  "handle-taken": [409, "This handle is taken"],
  "second-leader": [409, "The team has a leader already"],
  "name-taken": [409, "This name is taken"],
  "idempotency-conflict": [409, "This Idempotency-Key was used for another request"],
  "output-gap": [409, "Bytes are missing before this offset"],
  "too-large": [413, "The body is too large"],
  "unsupported-media-type": [415, "This content type is not accepted"],
  "unknown-host": [421, "This address does not belong to this Muster"],
  validation: [422, "The request is not valid"],
  "unknown-member": [422, "There is no such member in the team"],
  "unknown-task": [422, "There is no such task in the team"],
  "unknown-file": [422, "There is no such file in the team"],
  "unknown-dependency": [422, "A dependency is not in the team"],
  "dependency-cycle": [422, "These tasks would wait for each other"],
  "no-leader": [422, "The team has no leader"],
  "hash-mismatch": [422, "The bytes do not have this hash"],
  "too-many-requests": [429, "Too many requests"],
  internal: [500, "Something went wrong here"],
  "model-failed": [502, "The model proposed nothing that can be used"],
  "log-unavailable": [503, "The log cannot be reached"],
  overloaded: [503, "Too much is waiting"],
  "read-model-behind": [503, "The read models have not got there yet"],
  unavailable: [503, "A part of Muster cannot be reached"],
  "shutting-down": [503, "Muster is shutting down"],
} as const satisfies Record<string, readonly [number, string]>
export type ProblemName = keyof typeof problems

export interface ProblemExtras {
  readonly errors?: readonly { readonly pointer: string; readonly detail: string }[]
  readonly retryAfterSeconds?: number
  /** Members beyond RFC 9457's own. */
  readonly members?: { readonly [name: string]: number | string }
  readonly allow?: readonly string[]
  readonly cause?: unknown
}

/** Thrown anywhere on the way of a request; one error handler turns it into the answer. */
export class ProblemError extends Error {
  readonly problem: ProblemName
  readonly detail: string | undefined
  readonly extras: ProblemExtras
  /** Read by Fastify and its plugins. */
  readonly statusCode: number

  constructor(name: ProblemName, detail?: string, extras: ProblemExtras = {}) {
    super(detail ?? problems[name][1], { cause: extras.cause })
    this.name = "ProblemError"
    this.problem = name
    this.detail = detail
    this.extras = extras
    this.statusCode = problems[name][0]
  }
}

/** The RFC 9457 document of a problem. */
export const toDocument = (
  error: ProblemError,
  at: { readonly requestId?: string; readonly instance?: string } = {},
): Problem => {
  const [status, title] = problems[error.problem]
  return {
    type: PROBLEM_TYPE_PREFIX + error.problem,
    title,
    status,
    ...(error.detail === undefined ? {} : { detail: error.detail }),
    ...(error.extras.errors === undefined ? {} : { errors: error.extras.errors }),
    ...error.extras.members,
    ...at,
  }
}
