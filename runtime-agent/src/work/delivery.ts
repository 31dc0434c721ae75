import type { AssignmentReport } from "@muster/contracts"
import { REASON_MAX_CHARS, SUMMARY_MAX_CHARS } from "@muster/domain"
import { ControlPlaneAway } from "#src/errors.ts"
import type { ControlPlane } from "#src/http/control-plane.ts"
import type { OpenAssignment } from "#src/journal/fold.ts"
import type { Outcome, StagedArtifact } from "#src/journal/records.ts"
import type { AgentTimings } from "#src/limits.ts"
import type { Log } from "#src/log.ts"
import type { Outbox } from "#src/outbox/outbox.ts"
import { backoff, pause } from "#src/pause.ts"
import { artifactPath } from "#src/work/artifact-spool.ts"
import type { OutputSpool } from "#src/work/output-spool.ts"
import type { OutputUpload } from "#src/work/output-upload.ts"
import { storable } from "#src/work/storable.ts"

export interface DeliveryOptions {
  readonly open: OpenAssignment
  readonly spoolDir: string
  readonly spool: OutputSpool
  readonly upload: OutputUpload
  readonly controlPlane: Pick<ControlPlane, "putBlob">
  readonly outbox: Pick<Outbox, "report">
  readonly timings: Pick<AgentTimings, "retryFirstMillis" | "retryMaxMillis">
  readonly log: Log
  /** Ends the waiting for a control plane that stays away. */
  readonly signal: AbortSignal
}

const uploadOne = async (options: DeliveryOptions, artifact: StagedArtifact): Promise<string | undefined> => {
  const { controlPlane, spoolDir, timings, signal } = options
  const retry = backoff(timings.retryFirstMillis, timings.retryMaxMillis)
  const path = artifactPath(spoolDir, artifact.sha256)
  while (!signal.aborted) {
    try {
      const reply = await controlPlane.putBlob({ path, sha256: artifact.sha256, size: artifact.size }, signal)
      return reply.kind === "stored" ? undefined : reply.detail
    } catch (error) {
      if (signal.aborted) break
      if (!(error instanceof ControlPlaneAway)) throw error
      await pause(retry.next(), signal)
    }
  }
  return "it was not waited for"
}

/** Uploads what is staged and reports each file once it is stored. Says what could not be stored. */
export const deliverFiles = async (options: DeliveryOptions): Promise<readonly string[]> => {
  const { open, upload, outbox, log, signal } = options
  const { assignmentId, taskId } = open
  await upload.finish()
  const missing: string[] = []
  for (const artifact of open.artifacts) {
    if (signal.aborted) break
    const problem = await uploadOne(options, artifact)
    if (problem === undefined) await outbox.report({ kind: "artifact", assignmentId, taskId, ...artifact })
    else missing.push(`${artifact.name} (${problem})`)
  }
  const refusal = upload.refusal()
  if (refusal) missing.push(`the rest of the output (${refusal.detail})`)
  if (missing.length > 0) log.warn({ assignmentId, missing }, "not everything could be stored")
  return missing
}

const MISSING_NOTE_MAX_CHARS = 2_000

/** The report an outcome comes to. `missing` is said in the summary: a result must not look complete when it is not. */
export const outcomeReport = (
  open: OpenAssignment,
  outcome: Outcome,
  output: { readonly bytes: number; readonly isTruncated: boolean },
  missing: readonly string[],
): AssignmentReport => {
  const { assignmentId, taskId } = open
  const ids = { assignmentId, taskId }
  if (outcome.kind === "cancelled") return { kind: "cancelled", ...ids }
  const note = missing.length === 0 ? "" : `\n\nNot stored: ${missing.join("; ")}`.slice(0, MISSING_NOTE_MAX_CHARS)
  const result = {
    summary: storable((outcome.summary ?? "").slice(0, SUMMARY_MAX_CHARS - note.length) + note, SUMMARY_MAX_CHARS),
    ...(outcome.exitCode === undefined ? {} : { exitCode: outcome.exitCode }),
    output: { bytes: output.bytes, isTruncated: output.isTruncated },
  }
  if (outcome.kind === "succeeded") return { kind: "succeeded", ...ids, result }
  const { reason, isRetryable } = outcome
  return { kind: "failed", ...ids, reason, isRetryable, message: storable(outcome.message, REASON_MAX_CHARS), result }
}
