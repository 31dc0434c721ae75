import { Data } from "effect"

/** The agent answered a request with an error of its own. */
export class AgentRefused extends Data.TaggedError("AgentRefused")<{
  /** JSON-RPC: -32000 when it wants to be signed in. */
  readonly code: number
  readonly message: string
  readonly data: unknown
}> {}

/** The agent closed its output: its process ends, or is as good as ended. */
export class ConnectionClosed extends Data.TaggedError("ConnectionClosed") {
  override get message(): string {
    return "the agent closed its output"
  }
}

/** The agent asks for something that was not offered to it. */
export class MethodUnknown extends Data.TaggedError("MethodUnknown")<{ readonly method: string }> {
  override get message(): string {
    return `there is no method ${this.method}`
  }
}

/** A message of the agent does not say what the protocol wants it to. */
export class MessageUnreadable extends Data.TaggedError("MessageUnreadable")<{ readonly message: string }> {}
