import { Data } from "effect"

/** A process of the run did not start, or ended when it should not have. */
export class ProcessFailed extends Data.TaggedError("ProcessFailed")<{ readonly message: string }> {}

/** A fault could not be brought about. */
export class FaultFailed extends Data.TaggedError("FaultFailed")<{ readonly fault: string; readonly cause: unknown }> {
  override get message(): string {
    return `${this.fault}: ${this.cause instanceof Error ? this.cause.message : String(this.cause)}`
  }
}

/** The run was asked to end (Ctrl-C). */
export class Interrupted extends Data.TaggedError("Interrupted")<object> {
  override readonly message = "interrupted"
}
