import { PROBLEM_TYPE_PREFIX, type Problem } from "@muster/contracts"
import { Data } from "effect"

/** The server said no. `problem.detail` tells a person what to do next. */
export class ClientProblem extends Data.TaggedError("ClientProblem")<{
  readonly problem: Problem
  /** What the server asks to wait before the same request is sent again. */
  readonly retryAfterMillis: number | undefined
}> {
  override get message(): string {
    return this.problem.detail ?? this.problem.title
  }
  get status(): number {
    return this.problem.status
  }
  /** The stable name of the problem, such as `handle-taken`. */
  get kind(): string {
    return this.problem.type.startsWith(PROBLEM_TYPE_PREFIX)
      ? this.problem.type.slice(PROBLEM_TYPE_PREFIX.length)
      : this.problem.type
  }
}

/** No answer came: the network, the server or the request's own signal ended it. A command may have been carried out: repeat it with its key. */
export class ClientUnreachable extends Data.TaggedError("ClientUnreachable")<{
  readonly idempotencyKey: string | undefined
  readonly cause: unknown
}> {
  override get message(): string {
    return "Muster cannot be reached"
  }
}
