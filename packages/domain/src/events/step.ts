import { Schema } from "effect"
import { MODEL_NAME_MAX_CHARS, STEP_DETAIL_MAX_CHARS, STEP_ID_MAX_CHARS, STEP_TITLE_MAX_CHARS } from "#src/limits.ts"
import { RequiredText, Text } from "#src/text.ts"

/**
 * Something an agent does on its way: a tool it uses, something it says or thinks, a plan. It is recorded when it begins and when it ends,
 * under the same id.
 */
export const TaskStep = Schema.Struct({
  /** The agent's own name for it, unique in its assignment. */
  stepId: RequiredText(STEP_ID_MAX_CHARS),
  kind: Schema.Literals(["tool", "message", "thought", "plan"]),
  status: Schema.Literals(["running", "completed", "failed"]),
  title: Text(STEP_TITLE_MAX_CHARS),
  /** Input and result of a tool, the text of a message: cut to the limit. */
  detail: Schema.optionalKey(Text(STEP_DETAIL_MAX_CHARS)),
})
export type TaskStep = typeof TaskStep.Type

const Count = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }))

/** What the work cost at a model. */
export const Usage = Schema.Struct({
  model: Schema.optionalKey(RequiredText(MODEL_NAME_MAX_CHARS)),
  inputTokens: Count,
  outputTokens: Count,
  /** Part of the input that the model had seen before. */
  cachedInputTokens: Schema.optionalKey(Count),
  /** Millionths of a US dollar. */
  costMicros: Schema.optionalKey(Count),
  /** The agent does not tell all that it used. */
  isAtLeast: Schema.optionalKey(Schema.Literal(true)),
})
export type Usage = typeof Usage.Type
