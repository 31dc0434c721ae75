import { accept, refuse, type Decision } from "#src/decision.ts"
import { fact, type TaskFact } from "#src/events/index.ts"
import { poolKey, type PoolTarget } from "#src/events/target.ts"
import type { MemberId } from "#src/ids.ts"
import { isClosed, isHeld, type TaskState } from "#src/task/state.ts"

/** Whom waiting work goes to: exactly one of the two. */
export type NewTarget =
  | { readonly memberId: MemberId; readonly pool?: undefined }
  | { readonly pool: PoolTarget; readonly memberId?: undefined }

const isSameTarget = (state: TaskState, { memberId, pool }: NewTarget): boolean =>
  pool === undefined
    ? state.pool === undefined && state.memberId === memberId
    : state.pool !== undefined && poolKey(state.pool) === poolKey(pool)

/** Gives work that no agent holds to somebody else. What is held is refused: it must be cancelled, or its agent spoken to. */
export const decideReassign = (state: TaskState, target: NewTarget): Decision<TaskFact> => {
  if (isClosed(state.phase))
    return refuse("closed", `the task is already ${state.phase}; a new run of it may go to another member`)
  if (state.spec?.conversation !== undefined)
    return refuse("not-queued", "it answers a message of the chat, and that was said to this member")
  if (isHeld(state.phase))
    return refuse("not-queued", "an agent holds it already: cancel it and retry it with another member, or speak to it")
  if (isSameTarget(state, target)) return accept()
  return accept(
    fact("TaskReassigned", target.pool === undefined ? { memberId: target.memberId } : { pool: target.pool }),
  )
}
