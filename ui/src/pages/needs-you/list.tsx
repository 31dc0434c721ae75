import type { NeedItem } from "@muster/contracts"
import { For, createMemo, untrack } from "solid-js"
import type { Accessor, JSX } from "solid-js"
import { t } from "#src/i18n/index.ts"
import { KIND_HEADINGS } from "#src/needs/words.ts"
import { drawnOrder } from "#src/pages/needs-you/model.ts"
import type { NeedGroup } from "#src/pages/needs-you/model.ts"

export interface NeedListProps {
  readonly groups: ReadonlyArray<NeedGroup>
  /** Draws a row; the item is its newest one, for as long as the row is there. */
  readonly children: (item: Accessor<NeedItem>) => JSX.Element
}

/**
 * The rows under their headings. Groups and rows are drawn by their ids: when the list is read again, a row that stayed keeps its
 * element, its focus and what was typed into it. What leaves is drawn as it was until it is gone, so that a clock in it never reads nothing.
 */
export function NeedList(props: NeedListProps) {
  const byKey = createMemo(() => new Map(props.groups.map((group) => [group.key, group])))
  const byId = createMemo(() => new Map(props.groups.flatMap((group) => group.items).map((item) => [item.id, item])))
  const draw = (id: string): JSX.Element => {
    const first = untrack(() => byId().get(id))
    if (first === undefined) return undefined
    const item = createMemo<NeedItem>((last) => byId().get(id) ?? last, first)
    // eslint-disable-next-line solid/reactivity -- handed on as it is: the row reads it where it draws
    return props.children(item)
  }
  return <For each={props.groups.map((group) => group.key)}>{(key) => <Group of={byKey().get(key)} draw={draw} />}</For>
}

function Group(props: { readonly of: NeedGroup | undefined; readonly draw: (id: string) => JSX.Element }) {
  const group = createMemo<NeedGroup | undefined>((last) => props.of ?? last)
  const headingId = () => `needs-${group()?.key ?? ""}`
  const name = () => {
    const kind = group()?.kind
    return kind === undefined ? (group()?.name ?? "") : t(KIND_HEADINGS[kind])
  }
  return (
    <section data-slot="group" aria-labelledby={headingId()}>
      <h2 id={headingId()}>
        {name()}
        <span data-slot="n" data-numbers>
          {group()?.items.length}
        </span>
      </h2>
      <ul>
        <For each={drawnOrder(asList(group()))}>{(id) => props.draw(id)}</For>
      </ul>
    </section>
  )
}

const asList = (group: NeedGroup | undefined): ReadonlyArray<NeedGroup> => (group === undefined ? [] : [group])
