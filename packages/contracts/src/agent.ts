import {
  AssignmentId,
  IncarnationId,
  MemberId,
  RequiredText,
  Runtime,
  RuntimeOptions,
  Sha256,
  TaskId,
  TeamId,
  Text,
} from "@muster/domain"
import { Schema } from "effect"

/** How an agent comes to its credentials and delivers bytes. Paths are below /api/v1/agent. */

/** The file that the agent is started with; it deletes the file once the token is spent. */
export const BootstrapFile = Schema.Struct({
  controlPlaneUrl: Schema.String,
  token: RequiredText(256),
})
export type BootstrapFile = typeof BootstrapFile.Type

export const BootstrapRequest = Schema.Struct({
  token: RequiredText(256),
  agentVersion: RequiredText(64),
  host: Text(255),
})
export type BootstrapRequest = typeof BootstrapRequest.Type

/** Answered once per token. The agent keeps it in its own state directory, mode 0600. */
export const AgentCredentials = Schema.Struct({
  memberId: MemberId,
  teamId: TeamId,
  incarnation: IncarnationId,
  controlPlaneUrl: Schema.String,
  /** Bearer key for output and artifacts. */
  apiKey: Schema.String,
  bus: Schema.Struct({ url: Schema.String, username: Schema.String, password: Schema.String }),
  settings: Schema.Struct({ slots: Schema.Int, runtime: Runtime, runtimeOptions: RuntimeOptions }),
})
export type AgentCredentials = typeof AgentCredentials.Type

/** How the agent reaches its model: asked for at the beginning of each session, kept on no disk. */
export const ModelAccess = Schema.Struct({
  /** Of the OpenAI dialects (`…/v1`); that of Anthropic is at `/v1/messages` of the same host. */
  baseUrl: Schema.String,
  apiKey: Schema.String,
  model: Schema.String,
})
export type ModelAccess = typeof ModelAccess.Type

export const ModelAccessReply = Schema.Struct({
  access: Schema.NullOr(ModelAccess),
  /** Why there is none, and what to do about it, in words for a person. */
  reason: Schema.NullOr(Schema.String),
})
export type ModelAccessReply = typeof ModelAccessReply.Type

export const OutputParams = Schema.Struct({ task: TaskId, assignment: AssignmentId })
export const OutputQuery = Schema.Struct({
  offset: Schema.FiniteFromString.check(Schema.isInt(), Schema.isGreaterThanOrEqualTo(0)),
})
/** Bytes stored so far; an agent that is ahead sends again from here. */
export const OutputState = Schema.Struct({ size: Schema.Int })
export type OutputState = typeof OutputState.Type

export const BlobParams = Schema.Struct({ sha256: Sha256 })
/** Where an agent reads a file that people gave with the task it holds. */
export const AttachmentParams = Schema.Struct({ task: TaskId, assignment: AssignmentId, sha256: Sha256 })
export const BlobState = Schema.Struct({ sha256: Sha256, size: Schema.Int })
export type BlobState = typeof BlobState.Type

export const OUTPUT_CHUNK_MAX_BYTES = 1024 * 1024
export const OUTPUT_MAX_BYTES = 64 * 1024 * 1024
export const ARTIFACT_MAX_BYTES = 256 * 1024 * 1024

/** How an agent process ends, for whoever starts it again. Everything else is a crash. */
export const AGENT_EXIT = {
  /** It was asked to stop. */
  stopped: 0,
  failed: 1,
  usage: 64,
  /** Another agent works in the state directory, or it cannot be used. */
  stateUnusable: 75,
  /** It has no credentials that work: a new enrolment is needed. */
  notEnrolled: 77,
  /** The member was removed, or another incarnation took its place. */
  retired: 78,
  /** Parent and control plane were gone for too long. */
  orphaned: 79,
} as const

/**
 * Flags of Node for the bundled agent: it moves bytes and waits, so it needs neither a large young heap nor compiled code. They
 * keep it under 70 MB. Not for the TypeScript sources: reading those needs WebAssembly, which they switch off.
 */
export const AGENT_NODE_FLAGS: readonly string[] = [
  "--max-semi-space-size=1",
  "--lite-mode",
  "--optimize-for-size",
  "--v8-pool-size=1",
]

/** `last-exit.json` in the agent's state directory. */
export const AgentLastExit = Schema.Struct({
  pid: Schema.Int,
  code: Schema.Int,
  reason: Schema.String,
  at: Schema.String,
})
export type AgentLastExit = typeof AgentLastExit.Type
