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

/** The tasks that a task has dispatched, oldest first, as the log knows them now. Ones that were announced and never written are left out. */
export const childrenOf = async ({ streams: readers }: Desk, { task }: TaskFile): Promise<readonly Child[]> => {
  const found = await Promise.all(
    task.children.map(async ({ taskId }) => ({ taskId, file: (await readers.task.load(streams.task(taskId))).state })),
  )
  return found
    .filter(({ file }) => file.task.phase !== "absent")
    .map((child) => ({ ...child, isOpen: isOpen(child.file.task.phase) }))
}
