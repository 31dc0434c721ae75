import { OutputTooLarge, OutputGap } from "@muster/blobs"
import { OUTPUT_MAX_BYTES, type OutputState } from "@muster/contracts"
import { type AssignmentId, streams, type TaskId } from "@muster/domain"
import type { AgentIdentity } from "#src/agent/identity.ts"
import type { TaskFile } from "#src/commands/streams-of.ts"
import type { Desk } from "#src/handlers/desk.ts"
import { ProblemError } from "#src/http/problem.ts"

export interface OutputChunk {
  readonly task: TaskId
  readonly assignment: AssignmentId
  readonly offset: number
  readonly bytes: Uint8Array
}

/** The task of an assignment. Fails with ProblemError `not-found` when the assignment never was this member's. */
export const requireOwnAssignment = async (
  desk: Pick<Desk, "streams">,
  { memberId, teamId }: AgentIdentity,
  { task, assignment }: Pick<OutputChunk, "task" | "assignment">,
): Promise<TaskFile> => {
  const { state } = await desk.streams.task.load(streams.task(task))
  if (state.task.teamId !== teamId || state.assignments.get(assignment) !== memberId)
    throw new ProblemError("not-found", "This is no assignment of yours.")
  return state
}

/** Adds captured output. Bytes that are stored already are passed over. Fails with ProblemError `output-gap` or `too-large`. */
export const appendOutput = async (desk: Desk, agent: AgentIdentity, chunk: OutputChunk): Promise<OutputState> => {
  const { task: taskId, assignment: assignmentId, offset, bytes } = chunk
  await requireOwnAssignment(desk, agent, chunk)
  if (offset + bytes.length > OUTPUT_MAX_BYTES)
    throw new ProblemError("too-large", `Output of one assignment ends at ${OUTPUT_MAX_BYTES} bytes.`)
  try {
    const { size, appended } = await desk.blobs.appendOutput({ taskId, assignmentId }, offset, bytes)
    if (appended > 0) desk.tellOutput({ teamId: agent.teamId, taskId, assignmentId, size })
    return { size }
  } catch (error) {
    if (error instanceof OutputGap)
      throw new ProblemError("output-gap", `Send again from ${error.size}.`, {
        members: { size: error.size },
        cause: error,
      })
    if (error instanceof OutputTooLarge)
      throw new ProblemError("too-large", `The output ends at ${error.limit} bytes.`, { cause: error })
    throw error
  }
}
