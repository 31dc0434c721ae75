import type { JSX } from "solid-js"

/** One section of the kit. */
export function Specimen(props: { readonly title: string; readonly wide?: boolean; readonly children: JSX.Element }) {
  return (
    <section data-component="specimen" data-wide={props.wide === true} aria-label={props.title}>
      <h2>{props.title}</h2>
      <div data-slot="stage">{props.children}</div>
    </section>
  )
}
