import { A, useLocation, useNavigate, useParams } from "@solidjs/router"
import type { Problem } from "@muster/contracts"
import Rewind from "lucide-solid/icons/rewind"
import { Show, Suspense, createEffect, createMemo, lazy, on } from "solid-js"
import type { JSX } from "solid-js"
import { useCommands } from "#src/commands/context.ts"
import { titled } from "#src/commands/titled.ts"
import { t, tn } from "#src/i18n/index.ts"
import { wording } from "#src/i18n/wording.ts"
import { Badge } from "#src/parts/badge.tsx"
import { Button } from "#src/parts/button.tsx"
import { ErrorState } from "#src/parts/error-state.tsx"
import { CommandCaps } from "#src/parts/kbd.tsx"
import { Skeleton } from "#src/parts/skeleton.tsx"
import { StateIcon } from "#src/parts/state-icon.tsx"
import { TASK_STATES } from "#src/parts/state-table.ts"
import { ViewLinks } from "#src/parts/view-links.tsx"
import { may } from "#src/session/may.ts"
import { Page } from "#src/shell/page.tsx"
import { usePageStatus } from "#src/shell/page-status.ts"
import { StatusLine } from "#src/shell/status-line.tsx"
import { forgetTeam, rememberTeam } from "#src/shell/teams-memory.ts"
import { BookmarksProvider } from "#src/team/bookmarks.ts"
import { teamCounts } from "#src/team/counts.ts"
import { LiveTeamProvider, useLiveTeam } from "#src/team/live-team.ts"
import { TeamSourceProvider } from "#src/team/source.ts"
import { holdLiveTeam } from "#src/team/team-pool.ts"
import { bookmarksOf } from "#src/pages/team/bookmark-commands.ts"
import { DispatchProvider, useDispatch } from "#src/pages/team/dispatch/context.ts"
import { LiveTaskPanel } from "#src/pages/team/live-task-panel.tsx"
import { useTeamEntities } from "#src/pages/team/palette-entities.ts"
import { PeekProvider, usePeek } from "#src/pages/team/peek.ts"
import { TeamBanners } from "#src/pages/team/team-banners.tsx"
import { TEAM_VIEWS, teamViewPath } from "#src/pages/team/views.ts"
import "./layout.css"

const SentStrip = lazy(() => import("#src/pages/team/dispatch/sent-strip.tsx"))
const DispatchSheet = lazy(() => import("#src/pages/team/dispatch/sheet.tsx"))

const VIEW_KEYS = {
  live: "g l",
  tasks: "g k",
  results: "g o",
  schedules: "g e",
  history: "g h",
  replay: "g r",
  settings: "g s",
} as const

/** The frame around the screens of one team: one stream for all of them. */
export default function TeamLayout(props: { readonly children?: JSX.Element }) {
  const params = useParams()
  return (
    <Show when={params["id"]} keyed>
      {(id) => (
        <PeekProvider>
          <Team id={id}>{props.children}</Team>
        </PeekProvider>
      )}
    </Show>
  )
}

function Team(props: { readonly id: string; readonly children: JSX.Element }) {
  // eslint-disable-next-line solid/reactivity -- another team is another component
  const team = holdLiveTeam(props.id)
  const peek = usePeek()
  const isOpenTeam = () => team.view.team?.isArchived === false
  usePageStatus(team.status)
  return (
    <LiveTeamProvider team={team}>
      <TeamSourceProvider source={team}>
        <BookmarksProvider bookmarks={bookmarksOf(team)}>
          <DispatchProvider peek={peek} isAllowed={() => isOpenTeam() && may("task.dispatch")}>
            <Show
              when={team.refused()}
              fallback={
                <Show when={team.trouble()} fallback={<Frame>{props.children}</Frame>}>
                  {(problem) => <Trouble problem={problem()} />}
                </Show>
              }
            >
              {(problem) => <Refused teamId={props.id} requestId={problem().requestId} />}
            </Show>
          </DispatchProvider>
        </BookmarksProvider>
      </TeamSourceProvider>
    </LiveTeamProvider>
  )
}

function Refused(props: { readonly teamId: string; readonly requestId: string | undefined }) {
  const team = useLiveTeam()
  createEffect(on(() => props.teamId, forgetTeam))
  return (
    <Page title={t("team.gone")} actions={<A href="/teams">{t("team.all")}</A>}>
      <ErrorState
        title={t("team.gone")}
        detail={t("team.gone-detail")}
        errorId={props.requestId}
        onRetry={team.retry}
      />
    </Page>
  )
}

/** The server answers, but cannot show the team now. The stream tries again by itself; a person may do so at once. */
function Trouble(props: { readonly problem: Problem }) {
  const team = useLiveTeam()
  return (
    <Page title={t("team.loading")}>
      <ErrorState
        title={t("failure.unreachable")}
        detail={props.problem.detail ?? t("failure.unreachable-detail")}
        errorId={props.problem.requestId}
        onRetry={team.retry}
      />
    </Page>
  )
}

function Frame(props: { readonly children: JSX.Element }) {
  const team = useLiveTeam()
  const location = useLocation()
  const navigate = useNavigate()
  const dispatch = useDispatch()
  const counts = createMemo(() => teamCounts(team.raw()))
  const peek = usePeek()
  const view = () => TEAM_VIEWS.find((each) => location.pathname.endsWith(`/${each}`)) ?? "live"
  const isReplay = () => view() === "replay"
  const mayDispatch = () => !isReplay() && may("task.dispatch") && team.view.team?.isArchived === false
  createEffect(
    on(
      () => team.view.team?.name,
      (name) => {
        if (name !== undefined) rememberTeam({ id: team.teamId, name })
      },
    ),
  )
  useCommands(() => [
    ...TEAM_VIEWS.map((each) => ({
      id: `team.go.${each}`,
      ...titled("command.go-view", { view: wording(`nav.${each}`) }),
      group: "go" as const,
      keys: VIEW_KEYS[each],
      run: () => navigate(teamViewPath(team.teamId, each)),
    })),
    ...(mayDispatch()
      ? [
          {
            id: "team.dispatch",
            ...titled("command.dispatch"),
            group: "act" as const,
            keys: "d",
            run: () => dispatch.open(),
          },
        ]
      : []),
  ])
  useTeamEntities(team, {
    openTask: peek.open,
    openMember: (id) => navigate(`${teamViewPath(team.teamId, "tasks")}?member=${encodeURIComponent(id)}`),
  })
  return (
    <Page
      title={team.view.team?.name ?? t("team.loading")}
      waiting={counts().needsYou}
      status={
        /* In replay these would speak of another time; the line at the lower edge says still how live goes on. */
        <Show when={!isReplay()}>
          <StatusLine status={team.status()} />
          <span data-component="team-counts" data-numbers>
            <Show when={counts().running > 0}>
              <span>{tn("team.running", counts().running)}</span>
            </Show>
            <Show when={counts().needsYou > 0}>
              <Badge tone="warning" icon={<StateIcon shape={TASK_STATES["needs-input"].shape} />}>
                {tn("team.needs-you", counts().needsYou)}
              </Badge>
            </Show>
          </span>
        </Show>
      }
      views={<TeamViews teamId={team.teamId} />}
      actions={
        <Show when={!isReplay()}>
          <Show when={view() === "live"}>
            <A href={teamViewPath(team.teamId, "replay")} data-component="button" data-variant="secondary">
              <Rewind size={14} aria-hidden="true" />
              {t("team.replay")}
            </A>
          </Show>
          <Show when={mayDispatch()}>
            <Button variant="primary" onClick={() => dispatch.open()}>
              {t("team.dispatch")}
              <CommandCaps keys="d" isSilent />
            </Button>
          </Show>
        </Show>
      }
      banner={<TeamBanners isReplay={isReplay()} />}
    >
      <Suspense fallback={<Skeleton lines={6} />}>{props.children}</Suspense>
      <Show when={!isReplay()}>
        <LiveTaskPanel />
        <Show when={dispatch.isOpen()}>
          <Suspense>
            <DispatchSheet />
          </Suspense>
        </Show>
        <Show when={dispatch.sent()} keyed>
          {(sent) => (
            <Suspense>
              <SentStrip sent={sent} />
            </Suspense>
          )}
        </Show>
      </Show>
    </Page>
  )
}

function TeamViews(props: { readonly teamId: string }) {
  return (
    <ViewLinks
      label={t("nav.team-views")}
      links={TEAM_VIEWS.map((view) => ({ href: teamViewPath(props.teamId, view), label: t(`nav.${view}`) }))}
    />
  )
}
