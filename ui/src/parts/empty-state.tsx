import { Show } from "solid-js"
import type { JSX } from "solid-js"
import type { Icon } from "#src/parts/icon-button.tsx"
import "./empty-state.css"

export interface EmptyStateProps {
  readonly icon?: Icon
  readonly title: string
  readonly detail?: string
  /** One action, the one that ends the emptiness. */
  readonly action?: JSX.Element
}

export function EmptyState(props: EmptyStateProps) {
  return (
    <div data-component="empty-state">
      <Show when={props.icon}>
        {(icon) => {
          const Drawn = icon()
          return <Drawn size={20} aria-hidden="true" />
        }}
      </Show>
      <p data-slot="title">{props.title}</p>
      <Show when={props.detail}>
        <p data-slot="detail">{props.detail}</p>
      </Show>
      <Show when={props.action}>
        <div data-slot="action">{props.action}</div>
      </Show>
    </div>
  )
}
