import { Data } from "effect"

/** No PostgreSQL binaries for this machine, or they can not be made reachable for the server's account. */
export class PostgresUnavailable extends Data.TaggedError("PostgresUnavailable")<{ readonly message: string }> {}

/** The cluster could not be made, started or prepared. `output` is the end of what the program printed. */
export class PostgresFailed extends Data.TaggedError("PostgresFailed")<{
  readonly message: string
  readonly output: string
}> {}

/** The private Redis could not be started. `output` is the end of what it printed. */
export class RedisFailed extends Data.TaggedError("RedisFailed")<{
  readonly message: string
  readonly output: string
}> {}

/** A program Muster needs is missing (or too old) and could not be fetched. The message says what to do. */
export class ToolMissing extends Data.TaggedError("ToolMissing")<{ readonly tool: string; readonly message: string }> {}
