import { Data } from "effect"

/** The product did not start, or ended by itself. */
export class MusterFailed extends Data.TaggedError("MusterFailed")<{ readonly message: string }> {}

/** What was awaited did not come in time. */
export class NotInTime extends Data.TaggedError("NotInTime")<{ readonly message: string }> {}

/** The API refused: `type` is the stable name of the problem without its prefix. */
export class ApiRefused extends Data.TaggedError("ApiRefused")<{
  readonly status: number
  readonly type: string
  readonly message: string
}> {}
