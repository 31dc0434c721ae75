import { createMemo } from "solid-js"
import { markdownHtml } from "#src/parts/markdown-html.ts"
import "./markdown.css"

/** Text of a person or an agent, formatted. What could act or load is removed before it reaches the page. */
export function Markdown(props: { readonly source: string }) {
  const html = createMemo(() => markdownHtml(props.source))
  return <div data-component="markdown" innerHTML={html()} />
}
