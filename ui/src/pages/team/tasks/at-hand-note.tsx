import { Show } from "solid-js"
import { t } from "#src/i18n/index.ts"
import { Button } from "#src/parts/button.tsx"
import { endedAtHand } from "#src/team/at-hand.ts"
import type { TasksHeld } from "#src/team/at-hand.ts"

/** Says on board and timeline alike that they show the newest only, and leads to the list, which has all. */
export function AtHandNote(props: { readonly view: TasksHeld; readonly onList: () => void }) {
  return (
    <Show when={endedAtHand(props.view)}>
      {(n) => (
        <p data-slot="at-hand">
          {t("tasks.at-hand", { n: n() })}
          <Button variant="ghost" onClick={() => props.onList()}>
            {t("tasks.at-hand-list")}
          </Button>
        </p>
      )}
    </Show>
  )
}
