import type { Readable } from "node:stream"
import type { AssignmentId, TaskId } from "@muster/domain"
import type { AgentIdentity } from "#src/agent/identity.ts"
import { requireOwnAssignment } from "#src/agent/output.ts"
import type { Desk } from "#src/handlers/desk.ts"
import { ProblemError } from "#src/http/problem.ts"

export interface WantedAttachment {
  readonly task: TaskId
  readonly assignment: AssignmentId
  readonly sha256: string
}

/**
 * The bytes of a file that people gave with the task an agent holds or held. Fails with ProblemError `not-found` for any other file, and
 * for one whose bytes are lost.
 */
export const readAttachment = async (
  desk: Pick<Desk, "streams" | "blobs">,
  agent: AgentIdentity,
  wanted: WantedAttachment,
): Promise<{ readonly size: number; readonly stream: Readable }> => {
  const { task } = await requireOwnAssignment(desk, agent, wanted)
  const isGiven = task.spec?.attachments?.some(({ sha256 }) => sha256 === wanted.sha256) === true
  if (!isGiven) throw new ProblemError("not-found", "This file did not come with the task.")
  const blob = await desk.blobs.open(wanted.sha256)
  if (blob === undefined) throw new ProblemError("not-found", "Its bytes are lost.")
  return blob
}
