import { Show } from "solid-js"
import type { JSX } from "solid-js"
import { PaneBody } from "#src/parts/pane-body.tsx"
import "./pane.css"

export interface PaneProps {
  readonly title: string
  /** A count or a state beside the title. */
  readonly meta?: JSX.Element
  readonly actions?: JSX.Element
  /** What sticks to the lower edge: a composer, a total. */
  readonly footer?: JSX.Element
  readonly children: JSX.Element
}

/**
 * One region of a screen: a header of one line and a body that scrolls. Panes touch; a line of 1 px parts them. What
 * is suspended or fails in the body, blanks no other pane.
 */
export function Pane(props: PaneProps) {
  return (
    <section data-component="pane" aria-label={props.title}>
      <header data-slot="header">
        <h2>{props.title}</h2>
        <Show when={props.meta}>
          <span data-slot="meta">{props.meta}</span>
        </Show>
        <Show when={props.actions}>
          <div data-slot="actions">{props.actions}</div>
        </Show>
      </header>
      <div data-slot="body">
        <PaneBody title={props.title}>{props.children}</PaneBody>
      </div>
      <Show when={props.footer}>
        <div data-slot="footer">{props.footer}</div>
      </Show>
    </section>
  )
}
