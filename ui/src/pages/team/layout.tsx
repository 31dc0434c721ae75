import { A, useParams } from "@solidjs/router"
import { For, createEffect, on } from "solid-js"
import type { JSX } from "solid-js"
import { t } from "#src/i18n/index.ts"
import { TEAM_VIEWS, teamViewPath } from "#src/pages/team/views.ts"
import { Page } from "#src/shell/page.tsx"
import { rememberTeam } from "#src/shell/teams-memory.ts"
import "./layout.css"

/** The frame around the screens of one team. */
export default function TeamLayout(props: { readonly children?: JSX.Element }) {
  const params = useParams()
  const teamId = () => params["id"] ?? ""
  createEffect(on(teamId, (id) => rememberTeam({ id, name: id })))
  return (
    <Page title={teamId()} views={<TeamViews teamId={teamId()} />}>
      {props.children}
    </Page>
  )
}

function TeamViews(props: { readonly teamId: string }) {
  return (
    <nav data-component="team-views" aria-label={t("nav.team-views")}>
      <For each={TEAM_VIEWS}>{(view) => <A href={teamViewPath(props.teamId, view)}>{t(`nav.${view}`)}</A>}</For>
    </nav>
  )
}
