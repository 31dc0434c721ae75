import { useSearchParams } from "@solidjs/router"
import { createSignal } from "solid-js"
import type { Accessor } from "solid-js"
import { makeContext } from "#src/lib/context.ts"

export interface Peek {
  /** The task whose panel is open; it stands in the address, so that every opened task is a link. */
  readonly taskId: Accessor<string | undefined>
  readonly open: (id: string) => void
  readonly close: () => void
  /** To the neighbour in the list that is in sight; undefined where there is none. */
  readonly move: Accessor<((rowsDown: 1 | -1) => void) | undefined>
  /** The list in sight says in which order its tasks stand. */
  readonly setOrder: (ids: Accessor<ReadonlyArray<string>> | undefined) => void
}

const context = makeContext("usePeek", (): Peek => {
  const [search, setSearch] = useSearchParams<{ task?: string }>()
  const [order, setOrder] = createSignal<Accessor<ReadonlyArray<string>>>()
  const taskId = () => (typeof search.task === "string" ? search.task : undefined)
  /** The row that opened the panel gets the focus back. */
  let opener: string | undefined
  const open = (id: string) => {
    opener = id
    setSearch({ task: id }, { replace: taskId() !== undefined })
  }
  return {
    taskId,
    open,
    close: () => {
      setSearch({ task: undefined }, { replace: true })
      queueMicrotask(() => focusRow(opener))
    },
    move: () => {
      const ids = order()
      if (ids === undefined) return undefined
      return (rowsDown) => {
        const index = ids().indexOf(taskId() ?? "")
        const next = ids()[index < 0 ? 0 : index + rowsDown]
        if (next !== undefined) open(next)
      }
    },
    setOrder: (ids) => setOrder(() => ids),
  }
})

export const PeekProvider = context.Provider
export const usePeek = context.use

/** Puts the focus on the row of a task, or on the page's heading where the row is not in sight. */
export function focusRow(taskId: string | undefined): void {
  const row = taskId === undefined ? null : document.querySelector<HTMLElement>(`[data-task="${CSS.escape(taskId)}"]`)
  const target = row ?? document.querySelector<HTMLElement>("h1")
  target?.focus()
}
