import { Data } from "effect"

/** The server could not listen. */
export class ModelScriptFailed extends Data.TaggedError("ModelScriptFailed")<{ readonly cause: unknown }> {
  override get message(): string {
    return `the scripted model server could not start: ${this.cause instanceof Error ? this.cause.message : "unknown cause"}`
  }
}

/** A request that no dialect can read. It is answered with status 400. */
export class RequestUnreadable extends Data.TaggedError("RequestUnreadable")<{ readonly message: string }> {}

/** A script that is no list of steps. The model says so in its answer. */
export class ScriptUnreadable extends Data.TaggedError("ScriptUnreadable")<{ readonly message: string }> {}
