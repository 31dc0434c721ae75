import { Show, createEffect } from "solid-js"
import type { JSX } from "solid-js"
import { t } from "#src/i18n/index.ts"
import { needsTotal } from "#src/needs/state.ts"
import { SessionEndedBanner } from "#src/shell/sign-in-again.tsx"
import "./page.css"

export interface PageProps {
  /** The one h1 of the page and its name in the browser's tab. */
  readonly title: string
  readonly status?: JSX.Element
  /** Links between the views of one thing. */
  readonly views?: JSX.Element
  /** At most one primary button among them. */
  readonly actions?: JSX.Element
  readonly banner?: JSX.Element
  /** Things that wait for the person on this page. In the browser's tab stands what waits in all teams, as soon as that is known. */
  readonly waiting?: number
  readonly children: JSX.Element
}

/** The frame of every screen: one line with title, state and actions, then the content. */
export function Page(props: PageProps) {
  createEffect(() => {
    const name = t("app.title", { page: props.title })
    const waiting = needsTotal() ?? props.waiting ?? 0
    document.title = waiting > 0 ? t("app.title-waiting", { n: waiting, name }) : name
  })
  return (
    <div data-component="page">
      <header data-slot="header">
        <h1 tabindex="-1">{props.title}</h1>
        <Show when={props.status}>{props.status}</Show>
        <Show when={props.views}>{props.views}</Show>
        <Show when={props.actions}>
          <div data-slot="actions">{props.actions}</div>
        </Show>
      </header>
      <SessionEndedBanner />
      <Show when={props.banner}>{props.banner}</Show>
      <div data-slot="body">{props.children}</div>
    </div>
  )
}
