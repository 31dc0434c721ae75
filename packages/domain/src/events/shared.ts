import { Schema } from "effect"
import {
  APPROVAL_ACTION_MAX_CHARS,
  APPROVAL_DETAIL_MAX_CHARS,
  ATTEMPTS_MAX,
  INPUTS_MAX_CHARS,
  PRIORITY_MAX,
  PRIORITY_MIN,
  RETRY_BACKOFF_MAX_MILLIS,
  SCRIPT_STEPS_MAX,
  TIME_LIMIT_MAX_MILLIS,
  TIME_LIMIT_MIN_MILLIS,
} from "#src/limits.ts"
import { AcpOptions, Argv, ArtifactPatterns, EnvironmentVariables, OpenclawOptions } from "#src/events/runtimes.ts"
import { TaskStep, Usage } from "#src/events/step.ts"
import { Instant, RequiredText, Text } from "#src/text.ts"

const intBetween = (minimum: number, maximum: number) => Schema.Int.check(Schema.isBetween({ minimum, maximum }))

export const Priority = intBetween(PRIORITY_MIN, PRIORITY_MAX)

/** Attempts are runs of the runtime that came back with a failure; waiting and lost agents cost none. */
export const RetryPolicy = Schema.Struct({
  maxAttempts: intBetween(1, ATTEMPTS_MAX),
  backoffMillis: intBetween(0, RETRY_BACKOFF_MAX_MILLIS),
})
export type RetryPolicy = typeof RetryPolicy.Type

/** How the `command` runtime starts a task. Instructions reach the process on stdin and as `instructions.md`. */
export const CommandOptions = Schema.Struct({
  argv: Schema.optionalKey(Argv),
  env: Schema.optionalKey(EnvironmentVariables),
  artifacts: Schema.optionalKey(ArtifactPatterns),
  outputMaxBytes: Schema.optionalKey(intBetween(1, 1024 * 1024 * 1024)),
})
export type CommandOptions = typeof CommandOptions.Type

const Millis = intBetween(0, 24 * 60 * 60 * 1_000)

/** One step of the scripted runtime. Steps run in order; `hang` never ends by itself. */
export const SimulatedStep = Schema.Union([
  Schema.Struct({
    kind: Schema.Literal("progress"),
    percent: Schema.optionalKey(intBetween(0, 100)),
    note: Schema.optionalKey(Text(1_000)),
    afterMillis: Millis,
  }),
  Schema.Struct({ kind: Schema.Literal("output"), text: Text(64 * 1024), afterMillis: Millis }),
  Schema.Struct({
    kind: Schema.Literal("question"),
    text: RequiredText(2_000),
    choices: Schema.optionalKey(Schema.Array(RequiredText(200)).check(Schema.isMaxLength(12))),
  }),
  Schema.Struct({
    kind: Schema.Literal("approval"),
    action: RequiredText(APPROVAL_ACTION_MAX_CHARS),
    detail: Schema.optionalKey(Text(APPROVAL_DETAIL_MAX_CHARS)),
  }),
  Schema.Struct({ kind: Schema.Literal("artifact"), name: RequiredText(256), text: Text(64 * 1024) }),
  Schema.Struct({
    kind: Schema.Literal("fail"),
    message: RequiredText(2_000),
    retryable: Schema.optionalKey(Schema.Boolean),
  }),
  Schema.Struct({ kind: Schema.Literal("hang") }),
  /** A tool that is used for so long. */
  Schema.Struct({
    kind: Schema.Literal("tool"),
    title: TaskStep.fields.title,
    input: Schema.optionalKey(Text(4_000)),
    result: Schema.optionalKey(Text(4_000)),
    fails: Schema.optionalKey(Schema.Boolean),
    durationMillis: Millis,
  }),
  Schema.Struct({ kind: Schema.Literal("thought"), text: RequiredText(4_000), afterMillis: Millis }),
  /** Something said; Markdown. */
  Schema.Struct({ kind: Schema.Literal("message"), text: RequiredText(4_000), afterMillis: Millis }),
  Schema.Struct({ kind: Schema.Literal("usage"), usage: Usage }),
])
export type SimulatedStep = typeof SimulatedStep.Type

export const SimulatedOptions = Schema.Struct({
  steps: Schema.optionalKey(Schema.Array(SimulatedStep).check(Schema.isMaxLength(SCRIPT_STEPS_MAX))),
  /** Length of the built-in script when no steps are given. */
  durationMillis: Schema.optionalKey(Millis),
})
export type SimulatedOptions = typeof SimulatedOptions.Type

/** Options per runtime. A member's are the defaults of its tasks; a task's override them key by key. */
export const RuntimeOptions = Schema.Struct({
  command: Schema.optionalKey(CommandOptions),
  simulated: Schema.optionalKey(SimulatedOptions),
  acp: Schema.optionalKey(AcpOptions),
  openclaw: Schema.optionalKey(OpenclawOptions),
})
export type RuntimeOptions = typeof RuntimeOptions.Type

export const TimeLimitMillis = intBetween(TIME_LIMIT_MIN_MILLIS, TIME_LIMIT_MAX_MILLIS)

/** Named values for the runtime, at most INPUTS_MAX_CHARS as JSON. */
export const Inputs = Schema.Record(
  Schema.String.check(Schema.isPattern(/^[A-Za-z0-9_.-]{1,64}$/u)),
  Text(INPUTS_MAX_CHARS),
).check(
  Schema.makeFilter((inputs: { readonly [key: string]: string }) =>
    JSON.stringify(inputs).length <= INPUTS_MAX_CHARS
      ? undefined
      : `must be at most ${INPUTS_MAX_CHARS} characters as JSON`,
  ),
)

export const OptionalInstant = Schema.optionalKey(Instant)
