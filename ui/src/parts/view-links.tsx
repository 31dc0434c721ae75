import { A } from "@solidjs/router"
import { For } from "solid-js"
import "./view-links.css"

export interface ViewLink {
  readonly href: string
  readonly label: string
}

/** Links between the views of one thing, in the header of its page. Each is an address, so they are no tabs. */
export function ViewLinks(props: { readonly label: string; readonly links: ReadonlyArray<ViewLink> }) {
  return (
    <nav data-component="view-links" aria-label={props.label}>
      <For each={props.links}>{(link) => <A href={link.href}>{link.label}</A>}</For>
    </nav>
  )
}
