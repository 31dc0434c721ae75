import { type Ancestor, isOpen, streams, type TaskId } from "@muster/domain"
import type { TaskFile } from "#src/commands/streams-of.ts"
import type { Desk } from "#src/handlers/desk.ts"
import { LINEAGE_MAX } from "#src/limits.ts"
import type { Work } from "#src/tools/caller.ts"

const asAncestor = (taskId: TaskId, { task }: TaskFile): Ancestor => ({
  taskId,
  memberId: task.assignment?.memberId ?? task.memberId,
  spec: { title: task.spec?.title ?? "", instructions: task.spec?.instructions ?? "" },
})

/** The calling task first, then those above it up to the root. */
export const ancestorsOf = async ({ streams: readers }: Desk, work: Work): Promise<readonly Ancestor[]> => {
  const ancestors = [asAncestor(work.taskId, work.doc.state)]
  let above = work.doc.state.task.spec?.parentTaskId
  while (above !== undefined && ancestors.length < LINEAGE_MAX) {
    const { state } = await readers.task.load(streams.task(above))
    ancestors.push(asAncestor(above, state))
    above = state.task.spec?.parentTaskId
  }
  return ancestors
}

export interface Child {
  readonly taskId: TaskId
  readonly file: TaskFile
  readonly isOpen: boolean
}

const announcedBy = ({ streams: readers }: Desk, { task }: TaskFile) =>
  Promise.all(
    task.children.map(async ({ taskId, run }) => ({
      taskId,
      isOfThisRun: run === task.run,
      file: (await readers.task.load(streams.task(taskId))).state,
    })),
  )

/** The tasks that a task has dispatched, oldest first, as the log knows them now. Ones that were announced and never written are left out. */
export const childrenOf = async (desk: Desk, parent: TaskFile): Promise<readonly Child[]> =>
  (await announcedBy(desk, parent))
    .filter(({ file }) => file.task.phase !== "absent")
    .map(({ taskId, file }) => ({ taskId, file, isOpen: isOpen(file.task.phase) }))

/**
 * How many of them are open. One that was announced in this run and is not written yet counts: it is about to be, or a repetition of its
 * call will write it. So calls at the same time never come to more than the limit.
 */
export const countOpenChildren = async (desk: Desk, parent: TaskFile): Promise<number> =>
  (await announcedBy(desk, parent)).filter(({ isOfThisRun, file: { task } }) =>
    task.phase === "absent" ? isOfThisRun : isOpen(task.phase),
  ).length
