import { IDEMPOTENCY_KEY_HEADER, TOOL_REPLY_MAX_BYTES, type TeamToolName } from "@muster/contracts"
import type { AssignmentId, TaskId } from "@muster/domain"
import { under } from "#src/http/control-plane.ts"
import { awayOr, type Refused } from "#src/http/refusal.ts"
import { send } from "#src/http/request.ts"
import { FORWARD_TIMEOUT_MILLIS } from "#src/tools/limits.ts"

export interface ToolUse {
  readonly taskId: TaskId
  readonly assignmentId: AssignmentId
  readonly tool: TeamToolName
  readonly input: object
  /** The same for every attempt of this use. */
  readonly key: string
}

/** Has the control plane carry out a team tool, under the agent's own credential. Answers with JSON. May fail with ControlPlaneAway. */
export type UseTeamTool = (
  use: ToolUse,
  signal: AbortSignal,
) => Promise<{ readonly kind: "answered"; readonly json: string } | Refused>

export const connectTeamTools =
  (baseUrl: string, apiKey: string): UseTeamTool =>
  async ({ taskId, assignmentId, tool, input, key }, signal) => {
    const reply = await send({
      method: "POST",
      url: under(baseUrl, `/tasks/${taskId}/assignments/${assignmentId}/tools/${tool}`),
      headers: {
        authorization: `Bearer ${apiKey}`,
        "content-type": "application/json",
        [IDEMPOTENCY_KEY_HEADER]: key,
      },
      body: Buffer.from(JSON.stringify(input)),
      timeoutMillis: FORWARD_TIMEOUT_MILLIS,
      idleMillis: FORWARD_TIMEOUT_MILLIS,
      replyMaxBytes: TOOL_REPLY_MAX_BYTES,
      signal,
    })
    return reply.status === 200 ? { kind: "answered", json: reply.body } : awayOr(reply)
  }
