import { For, Show } from "solid-js"
import { createAction } from "#src/api/action.ts"
import { failureText } from "#src/api/failure.ts"
import { t, tn } from "#src/i18n/index.ts"
import { Banner } from "#src/parts/banner.tsx"
import { Button } from "#src/parts/button.tsx"
import { showToast } from "#src/parts/toast.tsx"
import type { Selection } from "#src/pages/team/tasks/selection.ts"
import { verdictsInShort } from "#src/pages/team/tasks/selection.ts"

interface Verdicts {
  readonly verdicts: ReadonlyArray<{ readonly ok: boolean; readonly detail?: string }>
}

export interface BulkCommand {
  readonly label: string
  readonly run: (ids: ReadonlyArray<string>) => Promise<Verdicts>
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

/** Select all, how many are selected, and what can be done with them. */
export function SelectionBar(props: { readonly selection: Selection; readonly commands: ReadonlyArray<BulkCommand> }) {
  const act = createAction(async (command: BulkCommand) => {
    tellVerdicts(await command.run(props.selection.selected()))
    props.selection.clear()
  })
  return (
    <div data-component="selection-bar">
      <label>
        <input type="checkbox" checked={props.selection.isAll()} onChange={() => props.selection.toggleAll()} />
        {t("common.select-all")}
      </label>
      <Show when={props.selection.selected().length > 0}>
        <span data-numbers>{tn("common.selected", props.selection.selected().length)}</span>
        <For each={props.commands}>
          {(command) => (
            <Button busy={act.isBusy()} onClick={() => void act.run(command)}>
              {command.label}
            </Button>
          )}
        </For>
      </Show>
      <Show when={act.failure()}>{(failure) => <Banner tone="danger">{failureText(failure())}</Banner>}</Show>
    </div>
  )
}
