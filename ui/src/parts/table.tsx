import { For, Show } from "solid-js"
import type { JSX } from "solid-js"
import { t } from "#src/i18n/index.ts"
import "./table.css"

export interface TableProps {
  /** What it holds, for the styles of whoever draws it. */
  readonly slot?: string
  /** Headings, one for each column. */
  readonly columns: ReadonlyArray<string>
  /** The last column is for what can be done with a row: its heading is only spoken. */
  readonly hasActions?: boolean
  /** `stacking`: on a phone each row is a block of lines. Cells then name their column in `data-label`. */
  readonly variant?: "stacking"
  /** The rows. */
  readonly children: JSX.Element
}

/** Rows under the names of their columns. */
export function Table(props: TableProps) {
  return (
    <table data-component="table" data-slot={props.slot} data-variant={props.variant}>
      <thead>
        <tr>
          <For each={props.columns}>{(name) => <th scope="col">{name}</th>}</For>
          <Show when={props.hasActions}>
            <th scope="col">
              <span class="visually-hidden">{t("common.more")}</span>
            </th>
          </Show>
        </tr>
      </thead>
      <tbody>{props.children}</tbody>
    </table>
  )
}
