import { Schema } from "effect"
import {
  ARG_MAX_CHARS,
  ARGV_MAX,
  ARTIFACT_PATTERN_MAX_CHARS,
  ARTIFACT_PATTERNS_MAX,
  ENV_MAX,
  MODEL_NAME_MAX_CHARS,
} from "#src/limits.ts"
import { RequiredText, Text } from "#src/text.ts"

/** How a member carries out its tasks. */
export const runtimes = ["command", "simulated", "acp", "openclaw"] as const
export const Runtime = Schema.Literals(runtimes)
export type Runtime = typeof Runtime.Type

export const Argv = Schema.Array(Text(ARG_MAX_CHARS)).check(Schema.isMinLength(1), Schema.isMaxLength(ARGV_MAX))

export const EnvironmentVariables = Schema.Record(
  Schema.String.check(Schema.isPattern(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/u)),
  Text(ARG_MAX_CHARS),
).check(Schema.isMaxProperties(ENV_MAX))

/** Patterns of files to collect, relative to the working directory; `*` within a name, `**` over folders. */
export const ArtifactPatterns = Schema.Array(RequiredText(ARTIFACT_PATTERN_MAX_CHARS)).check(
  Schema.isMaxLength(ARTIFACT_PATTERNS_MAX),
)

/** What an agent does that needs leave: a person is asked, or it is allowed beforehand. */
export const Permissions = Schema.Literals(["ask", "allow"])
export type Permissions = typeof Permissions.Type

/** Agents that speak the Agent Client Protocol; `custom` is whatever `argv` starts. */
export const AcpAgent = Schema.Literals(["opencode", "claude-code", "codex", "gemini", "hermes", "custom"])
export type AcpAgent = typeof AcpAgent.Type

const ofModelRuntime = {
  /** As the model endpoint calls it; absent: the one of its settings. */
  model: Schema.optionalKey(RequiredText(MODEL_NAME_MAX_CHARS)),
  /** Absent: `ask`. */
  permissions: Schema.optionalKey(Permissions),
  artifacts: Schema.optionalKey(ArtifactPatterns),
}

/** How the `acp` runtime starts its agent. `argv` is for `custom` only. */
export const AcpOptions = Schema.Struct({
  agent: Schema.optionalKey(AcpAgent),
  argv: Schema.optionalKey(Argv),
  env: Schema.optionalKey(EnvironmentVariables),
  ...ofModelRuntime,
})
export type AcpOptions = typeof AcpOptions.Type

export const OpenclawOptions = Schema.Struct(ofModelRuntime)
export type OpenclawOptions = typeof OpenclawOptions.Type
