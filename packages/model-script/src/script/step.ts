import { Schema, SchemaIssue } from "effect"
import { ScriptUnreadable } from "#src/errors.ts"
import { DELAY_MAX_MILLIS, SCRIPT_STEPS_MAX } from "#src/limits.ts"

const Millis = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: DELAY_MAX_MILLIS }))
const Args = Schema.Record(Schema.String, Schema.Unknown)
const Call = Schema.Struct({ tool: Schema.String, args: Schema.optionalKey(Args) })

/** What the model does in one turn: it thinks, says and calls tools, in this order. */
export const TurnStep = Schema.Struct({
  thought: Schema.optionalKey(Schema.String),
  text: Schema.optionalKey(Schema.String),
  tool: Schema.optionalKey(Schema.String),
  args: Schema.optionalKey(Args),
  /** Several calls in one turn. */
  tools: Schema.optionalKey(Schema.Array(Call)),
  /** The step is repeated until a result of its tools contains this text. */
  until: Schema.optionalKey(Schema.String),
  /** Between the fragments of a streamed answer. */
  pauseMillis: Schema.optionalKey(Millis),
})
export type TurnStep = typeof TurnStep.Type

/** How a model endpoint fails. `slow` and `cut` spoil the step that follows; the others answer in its place. */
export const FaultKind = Schema.Literals([
  "unauthorized",
  "rate-limited",
  "server-error",
  "slow",
  "cut",
  "nonsense",
  "endless",
])
export type FaultKind = typeof FaultKind.Type

export const FaultStep = Schema.Struct({
  fault: FaultKind,
  /** How many requests at this place of the conversation it hits before the script goes on. Default 1. */
  times: Schema.optionalKey(Schema.Int.check(Schema.isGreaterThanOrEqualTo(1))),
  retryAfterSeconds: Schema.optionalKey(Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))),
  delayMillis: Schema.optionalKey(Millis),
})
export type FaultStep = typeof FaultStep.Type

export type Step = TurnStep | FaultStep
export type Script = readonly Step[]

export const isFault = (step: Step): step is FaultStep => "fault" in step

const decodeTurn = Schema.decodeUnknownResult(TurnStep)
const decodeFault = Schema.decodeUnknownResult(FaultStep)
const format = SchemaIssue.makeFormatterStandardSchemaV1()

/** Steps out of JSON. Fails with ScriptUnreadable, which names the step. */
export const readScript = (value: unknown): Script => {
  if (!Array.isArray(value) || value.length === 0)
    throw new ScriptUnreadable({ message: "a script is a list of at least one step" })
  if (value.length > SCRIPT_STEPS_MAX)
    throw new ScriptUnreadable({ message: `a script has at most ${SCRIPT_STEPS_MAX} steps` })
  return value.map((each: unknown, index): Step => {
    const options = { onExcessProperty: "error" } as const
    const isFaulty = typeof each === "object" && each !== null && "fault" in each
    const result = isFaulty ? decodeFault(each, options) : decodeTurn(each, options)
    if (result._tag === "Success") return result.success
    const [issue] = format(result.failure.issue).issues
    const where = (issue?.path ?? []).map(String).join(".")
    throw new ScriptUnreadable({
      message: `step ${index + 1}${where === "" ? "" : ` (${where})`}: ${issue?.message ?? "not a step"}`,
    })
  })
}
