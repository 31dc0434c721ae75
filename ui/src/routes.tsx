import { Navigate, Route } from "@solidjs/router"
import { lazy } from "solid-js"
import { Shell } from "#src/shell/shell.tsx"
import { SignedIn } from "#src/shell/signed-in.tsx"

const NeedsYouPage = lazy(() => import("#src/pages/needs-you/page.tsx"))
const SignInPage = lazy(() => import("#src/pages/signin/page.tsx"))
const TeamsPage = lazy(() => import("#src/pages/teams/page.tsx"))
const NewTeamPage = lazy(() => import("#src/pages/teams/new/page.tsx"))
const TeamLayout = lazy(() => import("#src/pages/team/layout.tsx"))
const TeamLivePage = lazy(() => import("#src/pages/team/live.tsx"))
const TeamTasksPage = lazy(() => import("#src/pages/team/tasks/page.tsx"))
const TeamResultsPage = lazy(() => import("#src/pages/team/results/page.tsx"))
const TeamSchedulesPage = lazy(() => import("#src/pages/team/schedules/page.tsx"))
const TeamHistoryPage = lazy(() => import("#src/pages/team/history/page.tsx"))
const ReplayFilePage = lazy(() => import("#src/pages/replay-file/page.tsx"))
const TeamReplayPage = lazy(() => import("#src/pages/team/replay/page.tsx"))
const TeamSettingsPage = lazy(() => import("#src/pages/team/settings/page.tsx"))
const ModelsPage = lazy(() => import("#src/pages/models/page.tsx"))
const MeLayout = lazy(() => import("#src/pages/me/layout.tsx"))
const AppearancePage = lazy(() => import("#src/pages/me/appearance.tsx"))
const KeysPage = lazy(() => import("#src/pages/me/keys.tsx"))
const TokensPage = lazy(() => import("#src/pages/me-tokens/page.tsx"))
const NotificationsPage = lazy(() => import("#src/pages/me/notifications.tsx"))
const KitPage = lazy(() => import("#src/pages/kit/page.tsx"))
const NotFoundPage = lazy(() => import("#src/pages/not-found.tsx"))

/** Every address of the dashboard. Each screen is a chunk of its own. */
export function Routes() {
  return (
    <>
      <Route path="/signin" component={() => <SignInPage />} />
      <Route component={Shell}>
        <Route component={SignedIn}>
          <Route path="/" component={NeedsYouPage} />
          <Route path="/needs-you" component={() => <Navigate href="/" />} />
          <Route path="/teams" component={TeamsPage} />
          <Route path="/teams/new" component={NewTeamPage} />
          <Route path="/models" component={ModelsPage} />
          <Route path="/replay/file" component={ReplayFilePage} />
          <Route path="/me" component={MeLayout}>
            <Route path="/" component={() => <Navigate href="appearance" />} />
            <Route path="/appearance" component={AppearancePage} />
            <Route path="/keys" component={KeysPage} />
            <Route path="/notifications" component={NotificationsPage} />
            <Route path="/tokens" component={TokensPage} />
          </Route>
          <Route path="/teams/:id" component={TeamLayout}>
            <Route path="/" component={() => <Navigate href="live" />} />
            <Route path="/live" component={TeamLivePage} />
            <Route path="/tasks" component={TeamTasksPage} />
            <Route path="/results" component={TeamResultsPage} />
            <Route path="/schedules" component={TeamSchedulesPage} />
            <Route path="/history" component={TeamHistoryPage} />
            <Route path="/replay" component={TeamReplayPage} />
            <Route path="/settings" component={TeamSettingsPage} />
          </Route>
        </Route>
        <Route path="/kit" component={KitPage} />
        <Route path="*" component={NotFoundPage} />
      </Route>
    </>
  )
}
