import { decideTask, foldTask, streams, type RecordedEvent, type TaskId } from "@muster/domain"
import type { Core } from "#src/core.ts"
import { readWholeStream } from "#src/load.ts"
import { isGivenUp } from "#src/model/reactions.ts"
import { changeTask, DISPATCHER } from "#src/record.ts"

export interface Parents {
  /** Cancels an open task when the one that dispatched it was given up. Rejects when the log cannot be asked. */
  readonly look: (taskId: TaskId) => Promise<void>
}

/** What gives up a task: the newest of these is the cause of what happens to its children. */
const ENDS: ReadonlySet<string> = new Set([
  "TaskCancelRequested",
  "TaskCancelled",
  "TaskFailed",
  "TaskExpired",
  "TaskDeadLettered",
])

/** The log could not be asked; the look is repeated. */
class NotCancelled extends Error {
  override readonly name = "NotCancelled"
}

/** A task that an agent dispatched is wanted only as long as the task it was dispatched for. */
export const makeParents = (core: Core): Parents => ({
  look: async (taskId) => {
    const parentTaskId = core.world.task(taskId)?.state.spec?.parentTaskId
    if (parentTaskId === undefined) return
    const held = core.world.task(parentTaskId)
    if (held !== undefined && !isGivenUp(held.state)) return
    const events: readonly RecordedEvent[] = await readWholeStream(core.store, streams.task(parentTaskId))
    const { state } = foldTask(events)
    if (!isGivenUp(state)) return
    const title = state.spec?.title ?? parentTaskId
    const reason = state.isCancelRequested
      ? `"${title}", which asked for it, is being cancelled`
      : `"${title}", which asked for it, ended as ${state.phase}`
    const cause = events.findLast(({ type }) => ENDS.has(type))
    const outcome = await changeTask(core, {
      taskId,
      decide: (entry) => decideTask(entry.state, { kind: "cancel", reason }),
      cause: { actor: DISPATCHER, ...(cause === undefined ? {} : { causationId: cause.id }) },
    })
    if (outcome.kind === "later") throw new NotCancelled(`task ${taskId} could not be cancelled yet`)
  },
})
