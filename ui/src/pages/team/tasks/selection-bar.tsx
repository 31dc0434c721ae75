import { Index, Show } from "solid-js"
import { t, tn } from "#src/i18n/index.ts"
import { Button } from "#src/parts/button.tsx"
import { showToast } from "#src/parts/toast.tsx"
import type { Selection } from "#src/pages/team/tasks/selection.ts"
import { verdictsInShort } from "#src/pages/team/tasks/selection.ts"

interface Verdicts {
  readonly verdicts: ReadonlyArray<{ readonly ok: boolean; readonly detail?: string }>
}

/** Says what came of a request about many things. */
export function tellVerdicts({ verdicts }: Verdicts): void {
  const { taken, refused, reason } = verdictsInShort(verdicts)
  showToast({
    tone: refused === 0 ? "success" : taken === 0 ? "danger" : "info",
    title: t("bulk.done", { taken, of: verdicts.length }),
    ...(reason === undefined ? {} : { detail: t("bulk.refused", { n: refused, reason }) }),
  })
}

/** What can be done with all that is selected. */
export interface SelectionAct {
  /** Says how many of them it would be done with. */
  readonly label: string
  readonly run: () => void
}

/** Select all, how many are selected, and what can be done with them. The same for every list of tasks and of dead letters. */
export function SelectionBar(props: { readonly selection: Selection; readonly acts: ReadonlyArray<SelectionAct> }) {
  return (
    <div data-component="selection-bar">
      <label>
        <input type="checkbox" checked={props.selection.isAll()} onChange={() => props.selection.toggleAll()} />
        {t("common.select-all")}
      </label>
      <Show when={props.selection.selected().length > 0}>
        <span data-numbers>{tn("common.selected", props.selection.selected().length)}</span>
        <Index each={props.acts}>{(act) => <Button onClick={() => act().run()}>{act().label}</Button>}</Index>
        <Button variant="ghost" onClick={() => props.selection.clear()}>
          {t("selection.clear")}
        </Button>
      </Show>
    </div>
  )
}
