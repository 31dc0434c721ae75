import { createMemo, createSignal } from "solid-js"
import type { Accessor } from "solid-js"

export interface Selection {
  /** What is selected and still there, in the order of the list. */
  readonly selected: Accessor<ReadonlyArray<string>>
  readonly has: (id: string) => boolean
  readonly toggle: (id: string) => void
  readonly isAll: Accessor<boolean>
  readonly toggleAll: () => void
  readonly clear: () => void
}

/** Some of a list. What leaves the list leaves the selection. */
export function createSelection(ids: Accessor<ReadonlyArray<string>>): Selection {
  const [chosen, setChosen] = createSignal<ReadonlySet<string>>(new Set())
  const selected = createMemo(() => ids().filter((id) => chosen().has(id)))
  const isAll = () => ids().length > 0 && selected().length === ids().length
  return {
    selected,
    has: (id) => chosen().has(id),
    toggle: (id) => {
      const next = new Set(chosen())
      if (!next.delete(id)) next.add(id)
      setChosen(next)
    },
    isAll,
    toggleAll: () => setChosen(isAll() ? new Set<string>() : new Set(ids())),
    clear: () => setChosen(new Set<string>()),
  }
}

interface Verdict {
  readonly ok: boolean
  readonly detail?: string
}

/** What came of a request about many things: how many were taken, and why the first of the others was not. */
export const verdictsInShort = (verdicts: ReadonlyArray<Verdict>) => {
  const refused = verdicts.filter(({ ok }) => !ok)
  return { taken: verdicts.length - refused.length, refused: refused.length, reason: refused[0]?.detail }
}
