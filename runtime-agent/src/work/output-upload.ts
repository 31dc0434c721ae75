import type { AssignmentId, TaskId } from "@muster/domain"
import { ControlPlaneAway } from "#src/errors.ts"
import type { ControlPlane } from "#src/http/control-plane.ts"
import type { Refused } from "#src/http/refusal.ts"
import { type AgentTimings, OUTPUT_UPLOAD_INTERVAL_MILLIS, OUTPUT_UPLOAD_MAX_BYTES } from "#src/limits.ts"
import { backoff, OVER, pause } from "#src/pause.ts"
import type { OutputSpool } from "#src/work/output-spool.ts"

export interface OutputUpload {
  /** Resolves when everything in the spool is stored, or was refused for good, or the signal fired. Nothing may be appended after. */
  readonly finish: () => Promise<void>
  readonly refusal: () => Refused | undefined
}

export interface OutputUploadOptions {
  readonly ids: { readonly taskId: TaskId; readonly assignmentId: AssignmentId }
  readonly spool: OutputSpool
  readonly controlPlane: Pick<ControlPlane, "appendOutput">
  readonly timings: Pick<AgentTimings, "retryFirstMillis" | "retryMaxMillis">
  readonly signal: AbortSignal
}

/** Follows a spool and appends what is new, from wherever the control plane says it stands. */
export const startOutputUpload = (options: OutputUploadOptions): OutputUpload => {
  const { ids, spool, controlPlane, timings, signal } = options
  const finishing = new AbortController()
  const retry = backoff(timings.retryFirstMillis, timings.retryMaxMillis)
  let storedBytes = 0
  let refusal: Refused | undefined

  const sendNext = async (): Promise<void> => {
    const bytes = await spool.read(storedBytes, OUTPUT_UPLOAD_MAX_BYTES)
    try {
      const reply = await controlPlane.appendOutput(ids, storedBytes, bytes, signal)
      if (reply.kind === "refused") refusal = reply
      else storedBytes = reply.size
      retry.reset()
    } catch (error) {
      if (signal.aborted) return
      if (!(error instanceof ControlPlaneAway)) throw error
      await pause(retry.next(), signal)
    }
  }
  let following: Promise<void> | undefined
  let isFollowing = false
  const follow = async (): Promise<void> => {
    const ending = AbortSignal.any([signal, finishing.signal])
    for (;;) {
      if (signal.aborted || refusal !== undefined) return
      if (storedBytes < spool.size()) await sendNext()
      else {
        // Whoever appends next begins anew: a task that is silent for hours costs no timer.
        isFollowing = false
        return
      }
      // A chatty task leaves in few requests: what came in between goes together.
      if (!finishing.signal.aborted) await pause(OUTPUT_UPLOAD_INTERVAL_MILLIS, ending)
    }
  }
  const begin = (): void => {
    if (isFollowing) return
    isFollowing = true
    following = follow()
    // Whoever calls `finish` gets the rejection; until then it must not count as unhandled.
    following.catch(() => undefined)
  }
  spool.onGrown(begin)
  if (spool.size() > 0) begin()
  return {
    finish: async () => {
      finishing.abort(OVER)
      await following
    },
    refusal: () => refusal,
  }
}
