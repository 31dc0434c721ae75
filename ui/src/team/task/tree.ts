import type { TaskDoc } from "@muster/contracts"

/** A task that another one's agent dispatched, and those that its own agent dispatched. */
export interface Part {
  readonly task: TaskDoc
  readonly parts: ReadonlyArray<Part>
}

/** The tree below a task, oldest first, of the tasks at hand. The server sets who is above whom: there are no circles. */
export function partsOf(tasks: ReadonlyArray<TaskDoc>, taskId: string): ReadonlyArray<Part> {
  const byParent = new Map<string, TaskDoc[]>()
  for (const task of tasks) {
    if (task.parentTaskId === null) continue
    const siblings = byParent.get(task.parentTaskId)
    if (siblings === undefined) byParent.set(task.parentTaskId, [task])
    else siblings.push(task)
  }
  const below = (id: string): ReadonlyArray<Part> =>
    (byParent.get(id) ?? []).toSorted((a, b) => a.number - b.number).map((task) => ({ task, parts: below(task.id) }))
  return below(taskId)
}
