import { fact, type TaskFact } from "#src/events/index.ts"
import type { TaskSpec } from "#src/events/task.ts"
import type { AssignmentId, TaskId } from "#src/ids.ts"
import { accept, refuse, type Decision } from "#src/decision.ts"
import type { TaskState } from "#src/task/state.ts"
import { budgetWords, isOverBudget, type RunBudget } from "#src/task/tokens.ts"

/** Tasks that agents dispatch below one that a person or a schedule dispatched: so many levels. */
export const CHILD_DEPTH_MAX = 4
/** Tasks that one task may have dispatched and open at the same time … */
export const OPEN_CHILDREN_MAX = 32
/** … and in one run, over all its attempts. */
export const CHILDREN_PER_RUN_MAX = 100

/** A task that waits for the one that is to be dispatched: the one that asks, and those above it. */
export interface Ancestor {
  readonly taskId: string
  /** Who holds it. */
  readonly memberId: string
  readonly spec: Pick<TaskSpec, "title" | "instructions">
}

/** A member who could be given the new task. */
export interface Candidate {
  readonly memberId: string
  readonly handle: string
  readonly slots: number
}

export interface ChildRequest {
  readonly childTaskId: TaskId
  readonly spec: Pick<TaskSpec, "title" | "instructions" | "after">
  /** The asking task first, then those above it up to the root. */
  readonly ancestors: readonly Ancestor[]
  /** The member it is for, or all who have the skills. */
  readonly candidates: readonly Candidate[]
  /** Open tasks that the asking task has dispatched. */
  readonly openChildren: number
  /** Where the team has set a limit. */
  readonly budget?: RunBudget
}

const workKey = ({ title, instructions }: Pick<TaskSpec, "title" | "instructions">): string =>
  JSON.stringify(
    [title, instructions].map((text) => text.normalize("NFKC").trim().replaceAll(/\s+/gu, " ").toLowerCase()),
  )

/** Slots of the member that tasks on the way to the new one hold until it has ended. */
const heldBy = (ancestors: readonly Ancestor[], { memberId }: Candidate): number =>
  ancestors.filter((ancestor) => ancestor.memberId === memberId).length

/** Why an agent may not dispatch this, if so: the guard rails against endless, circular and stuck work. Words are for the model. */
const rail = (state: TaskState, { spec, ancestors, candidates, openChildren, budget }: ChildRequest) => {
  if (budget !== undefined && isOverBudget(budget))
    return refuse(
      "over-budget",
      `${budgetWords(budget)}. Dispatch nothing more: finish with what you have. A person may raise the limit in the settings of the team.`,
    )
  if (ancestors.length > CHILD_DEPTH_MAX)
    return refuse(
      "too-deep",
      `Tasks are at most ${CHILD_DEPTH_MAX} levels deep, and yours is the last. Do this part yourself.`,
    )
  if (openChildren >= OPEN_CHILDREN_MAX)
    return refuse(
      "too-many-open",
      `Your task has ${openChildren} open tasks, as many as it may. Wait with task_status until some have ended.`,
    )
  if (state.children.filter(({ run }) => run === state.run).length >= CHILDREN_PER_RUN_MAX)
    return refuse(
      "too-many-dispatched",
      `Your task has dispatched ${CHILDREN_PER_RUN_MAX} tasks, as many as it may. Finish with what you have.`,
    )
  const work = workKey(spec)
  const same = ancestors.find((ancestor) => workKey(ancestor.spec) === work)
  if (same !== undefined)
    return refuse(
      "goes-in-circles",
      `"${same.spec.title}" above you asks for the very same. Do the work, or dispatch a smaller part of it.`,
    )
  const awaited = ancestors.find(({ taskId }) => spec.after.includes(taskId as TaskId))
  if (awaited !== undefined)
    return refuse(
      "waits-for-itself",
      `It would wait for "${awaited.spec.title}", which waits for it. Leave that id out of after.`,
    )
  const isStuck = candidates.length > 0 && candidates.every((who) => heldBy(ancestors, who) >= who.slots)
  if (isStuck) {
    const who = candidates.map(({ handle }) => `@${handle}`).join(", ")
    return refuse(
      "would-block",
      `${who} would never be free for it: the tasks that wait for it hold every slot. Choose another member or do it yourself.`,
    )
  }
  return undefined
}

/**
 * Decides whether the task may dispatch one more for its own. Recorded in its own stream before the new task comes to be, so that whoever
 * counts them misses none.
 */
export const decideChild = (
  state: TaskState,
  assignmentId: AssignmentId,
  request: ChildRequest,
): Decision<TaskFact> => {
  if (state.assignment?.id !== assignmentId) return refuse("stale", "this assignment has ended")
  if (state.isCancelRequested) return refuse("closed", "your task is being cancelled: stop")
  const refusal = rail(state, request)
  if (refusal !== undefined) return refusal
  // The request comes by another way than the report that the work began, and may be faster.
  const begun: readonly TaskFact[] = state.phase === "assigned" ? [fact("TaskStarted", { assignmentId })] : []
  return accept<TaskFact>(...begun, fact("TaskChildDispatched", { assignmentId, childTaskId: request.childTaskId }))
}
