import { Schema } from "effect"

/** RFC 9457. `type` is stable (`urn:muster:problem:<name>`), `detail` says what to do next. */
export const Problem = Schema.Struct({
  type: Schema.String,
  title: Schema.String,
  status: Schema.Int,
  detail: Schema.optionalKey(Schema.String),
  instance: Schema.optionalKey(Schema.String),
  requestId: Schema.optionalKey(Schema.String),
  /** One entry per field that was wrong; `pointer` is a JSON pointer into the request body. */
  errors: Schema.optionalKey(Schema.Array(Schema.Struct({ pointer: Schema.String, detail: Schema.String }))),
}).annotate({ identifier: "Problem" })
export type Problem = typeof Problem.Type

export const PROBLEM_TYPE_PREFIX = "urn:muster:problem:"
