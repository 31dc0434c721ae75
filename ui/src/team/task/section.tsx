import type { JSX } from "solid-js"

/** A part of the panel under a heading of its own. */
export function Section(props: { readonly title: string; readonly children: JSX.Element }) {
  return (
    <section data-slot="section" aria-label={props.title}>
      <h3>{props.title}</h3>
      {props.children}
    </section>
  )
}
