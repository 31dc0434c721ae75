import { useLocation } from "@solidjs/router"
import { Show } from "solid-js"
import type { JSX } from "solid-js"
import { t } from "#src/i18n/index.ts"
import { ViewLinks } from "#src/parts/view-links.tsx"
import { Page } from "#src/shell/page.tsx"
import "./page.css"

const VIEWS = ["appearance", "keys", "notifications", "tokens"] as const

/** The frame around what a person sets for themselves. All but the tokens is kept in this browser. */
export default function MeLayout(props: { readonly children?: JSX.Element }) {
  const location = useLocation()
  return (
    <Page
      title={t("nav.me")}
      views={
        <ViewLinks
          label={t("nav.preference-views")}
          links={VIEWS.map((view) => ({ href: `/me/${view}`, label: t(`nav.${view}`) }))}
        />
      }
    >
      <div data-component="me">
        <Show when={!location.pathname.endsWith("/tokens")}>
          <p data-slot="note">{t("me.note")}</p>
        </Show>
        {props.children}
      </div>
    </Page>
  )
}
