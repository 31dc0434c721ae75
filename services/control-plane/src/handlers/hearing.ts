import { type Runtime, streams, type TaskId } from "@muster/domain"
import type { Desk } from "#src/handlers/desk.ts"
import { ProblemError } from "#src/http/problem.ts"

/** Runtimes whose agents can be spoken to at work: at once, or only when they have ended a turn. */
const hears: Partial<Record<Runtime, "at once" | "between turns">> = { acp: "at once", openclaw: "between turns" }

const holderOf = async ({ streams: readers }: Desk, taskId: TaskId) => {
  const { assignment } = (await readers.task.load(streams.task(taskId))).state.task
  if (assignment === undefined) return undefined
  const { profile } = (await readers.member.load(streams.member(assignment.memberId))).state
  return { profile }
}

/** How whoever holds the task hears words; undefined when nobody holds it, or could not hear them. */
export const hearingOf = async (desk: Desk, taskId: TaskId): Promise<"at once" | "between turns" | undefined> => {
  const runtime = (await holderOf(desk, taskId))?.profile?.runtime
  return runtime === undefined ? undefined : hears[runtime]
}

/** Fails with ProblemError `conflict` when whoever holds the task could not hear it. */
export const requireHearing = async (desk: Desk, taskId: TaskId, isInterrupt: boolean): Promise<void> => {
  const holder = await holderOf(desk, taskId)
  if (holder === undefined) return // the decision says so
  const { profile } = holder
  const how = profile === undefined ? undefined : hears[profile.runtime]
  if (how === undefined)
    throw new ProblemError(
      "conflict",
      `Work of the runtime ${profile?.runtime ?? "of a member that was removed"} cannot be spoken to: cancel it and dispatch it anew.`,
    )
  if (isInterrupt && how !== "at once")
    throw new ProblemError(
      "conflict",
      `Agents of the runtime ${profile?.runtime} hear words between their turns only: send it without interrupting, or cancel the task.`,
    )
}
