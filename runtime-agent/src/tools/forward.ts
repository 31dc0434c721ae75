import type { TeamToolName } from "@muster/contracts"
import type { AssignmentId, TaskId } from "@muster/domain"
import { ControlPlaneAway } from "#src/errors.ts"
import type { UseTeamTool } from "#src/http/tools.ts"
import { backoff, pause } from "#src/pause.ts"
import { refusedWith, type ToolAnswer } from "#src/tools/answer.ts"
import { FORWARD_PATIENCE_MILLIS, FORWARD_RETRY_FIRST_MILLIS, FORWARD_RETRY_MAX_MILLIS } from "#src/tools/limits.ts"

export interface ForwardOptions {
  readonly ids: { readonly taskId: TaskId; readonly assignmentId: AssignmentId }
  readonly use: UseTeamTool
  readonly patienceMillis?: number
}

interface Forwarded {
  readonly tool: TeamToolName
  readonly input: object
  readonly key: string
}

/**
 * Hands uses of team tools to the control plane. While that is away they are sent again under the same key, so that they take effect
 * once; when it stays away the model hears so.
 */
export const makeForward =
  ({ ids, use, patienceMillis = FORWARD_PATIENCE_MILLIS }: ForwardOptions) =>
  async (call: Forwarded, signal: AbortSignal): Promise<ToolAnswer> => {
    const wait = backoff(FORWARD_RETRY_FIRST_MILLIS, FORWARD_RETRY_MAX_MILLIS)
    const until = performance.now() + patienceMillis
    for (;;) {
      try {
        const reply = await use({ ...ids, ...call }, signal)
        return reply.kind === "answered" ? { text: reply.json } : refusedWith(reply.detail)
      } catch (error) {
        if (!(error instanceof ControlPlaneAway)) throw error
        if (signal.aborted) return refusedWith("The task has ended: stop.")
        if (performance.now() >= until)
          return refusedWith(
            "Muster cannot be reached right now. Go on with what needs no team tool, or try again in a minute.",
          )
        await pause(wait.next(), signal)
      }
    }
  }
