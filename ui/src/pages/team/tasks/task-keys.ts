import { useCommands } from "#src/commands/context.ts"
import { titled } from "#src/commands/titled.ts"
import { usePeek } from "#src/pages/team/peek.ts"
import { focusedTask } from "#src/pages/team/tasks/focus-task.ts"

export interface TaskKeys {
  /** Ids as they stand on the page. */
  readonly order: () => ReadonlyArray<string>
  readonly focus: (id: string) => void
  readonly toggle: (id: string) => void
}

/** The neighbour of a task in a list; the first from nowhere, itself at an end. */
export function neighbour(
  order: ReadonlyArray<string>,
  from: string | undefined,
  rowsDown: 1 | -1,
): string | undefined {
  const index = from === undefined ? -1 : order.indexOf(from)
  return index < 0 ? order[0] : order[Math.min(order.length - 1, Math.max(0, index + rowsDown))]
}

/** J and K move, Space peeks, X selects: on a list, a board or a timeline alike. While a task is open, J and K change it. */
export function useTaskKeys(keys: TaskKeys): void {
  const peek = usePeek()
  const move = (rowsDown: 1 | -1) => {
    const open = peek.taskId()
    const next = neighbour(keys.order(), open ?? focusedTask(), rowsDown)
    if (next === undefined) return
    if (open === undefined) keys.focus(next)
    else if (next !== open) peek.open(next)
  }
  const look = () => {
    const id = focusedTask() ?? keys.order()[0]
    if (id !== undefined) peek.open(id)
  }
  const select = () => {
    const id = peek.taskId() ?? focusedTask()
    if (id !== undefined) keys.toggle(id)
  }
  useCommands(() => [
    { id: "tasks.next", ...titled("panel.next"), group: "view", keys: "j", run: () => move(1) },
    { id: "tasks.previous", ...titled("panel.previous"), group: "view", keys: "k", run: () => move(-1) },
    { id: "tasks.peek", ...titled("tasks.peek"), group: "view", keys: "space", run: look },
    { id: "tasks.select", ...titled("tasks.select"), group: "act", keys: "x", run: select },
  ])
}
