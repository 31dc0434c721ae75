import { AssignmentReport, PoisonReport } from "@muster/contracts"
import { AssignmentId, FailureReason, IncarnationId, Instant, TaskId } from "@muster/domain"
import { Schema } from "effect"

/** How a runtime's session ended. `summary` is for people. */
export const Outcome = Schema.Union([
  Schema.Struct({
    kind: Schema.Literal("succeeded"),
    summary: Schema.String,
    exitCode: Schema.optionalKey(Schema.Int),
  }),
  Schema.Struct({
    kind: Schema.Literal("failed"),
    reason: FailureReason,
    message: Schema.String,
    isRetryable: Schema.Boolean,
    summary: Schema.optionalKey(Schema.String),
    exitCode: Schema.optionalKey(Schema.Int),
  }),
  Schema.Struct({ kind: Schema.Literal("cancelled") }),
])
export type Outcome = typeof Outcome.Type

export const StagedArtifact = Schema.Struct({
  name: Schema.String,
  sha256: Schema.String,
  size: Schema.Int,
  mediaType: Schema.String,
})
export type StagedArtifact = typeof StagedArtifact.Type

const ofAssignment = { assignmentId: AssignmentId }

/** What the agent must still know after a crash, one line each. */
export const JournalRecord = Schema.Union([
  /** First line. Records of another incarnation are void. */
  Schema.Struct({ k: Schema.Literal("opened"), incarnation: IncarnationId, nextSeq: Schema.Int }),
  /** It is about to run. `entryId` is the inbox entry to acknowledge at its end. */
  Schema.Struct({ k: Schema.Literal("taken"), ...ofAssignment, taskId: TaskId, entryId: Schema.String }),
  /** Its leading process; killed on the next start if it is still that process. */
  Schema.Struct({ k: Schema.Literal("process"), ...ofAssignment, pid: Schema.Int, started: Schema.String }),
  /** A file it produced lies in the spool under its hash. */
  Schema.Struct({ k: Schema.Literal("artifact"), ...ofAssignment, artifact: StagedArtifact }),
  /** The session ended; what is left is delivery. */
  Schema.Struct({
    k: Schema.Literal("concluded"),
    ...ofAssignment,
    outcome: Outcome,
    isTruncated: Schema.Boolean,
  }),
  Schema.Struct({
    k: Schema.Literal("report"),
    seq: Schema.Int,
    at: Instant,
    report: Schema.Union([AssignmentReport, PoisonReport]),
  }),
  Schema.Struct({ k: Schema.Literal("acked"), seqs: Schema.Array(Schema.Int) }),
  /** Only in a rewritten journal: what the dropped history knew. */
  Schema.Struct({ k: Schema.Literal("ended"), ...ofAssignment }),
])
export type JournalRecord = typeof JournalRecord.Type

export type AnyReport = AssignmentReport | typeof PoisonReport.Type
