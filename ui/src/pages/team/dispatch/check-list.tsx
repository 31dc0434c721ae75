import { For, Show } from "solid-js"
import { t } from "#src/i18n/index.ts"
import { StateIcon } from "#src/parts/state-icon.tsx"
import { SHAPES } from "#src/parts/state-table.ts"
import type { Check } from "#src/pages/team/dispatch/checks.ts"

const SHAPE_OF = { success: SHAPES.check, info: SHAPES.disc, warning: SHAPES.triangle, danger: SHAPES.cross } as const

/** What one should know before sending, kept up to date while one writes. */
export function CheckList(props: { readonly checks: ReadonlyArray<Check> }) {
  return (
    <Show when={props.checks.length > 0}>
      <section data-slot="checks" aria-label={t("check.title")}>
        <h3>{t("check.title")}</h3>
        <ul>
          <For each={props.checks}>
            {(check) => (
              <li data-tone={check.tone}>
                <StateIcon shape={SHAPE_OF[check.tone]} />
                <span class="visually-hidden">{t(`check.tone.${check.tone}`)}</span>
                <span>{check.text}</span>
              </li>
            )}
          </For>
        </ul>
      </section>
    </Show>
  )
}
