import { useLocation, useNavigate } from "@solidjs/router"
import { Match, Switch, createEffect, onMount } from "solid-js"
import type { JSX } from "solid-js"
import { t } from "#src/i18n/index.ts"
import { ErrorState } from "#src/parts/error-state.tsx"
import { Skeleton } from "#src/parts/skeleton.tsx"
import { Page } from "#src/shell/page.tsx"
import { signInPath } from "#src/session/next-page.ts"
import { loadSession, sessionState, signedIn } from "#src/session/session.ts"

/** Everything behind it needs a person. Who is not signed in goes to the sign-in page, and comes back here from it. */
export function SignedIn(props: { readonly children?: JSX.Element }) {
  const navigate = useNavigate()
  const location = useLocation()
  onMount(() => {
    if (sessionState().kind === "unknown") void loadSession()
  })
  createEffect(() => {
    if (sessionState().kind === "none") navigate(signInPath(location.pathname + location.search), { replace: true })
  })
  return (
    <Switch fallback={<Skeleton lines={6} />}>
      <Match when={signedIn() !== undefined}>{props.children}</Match>
      <Match when={sessionState().kind === "unreachable"}>
        <Page title={t("app.name")}>
          <ErrorState
            title={t("failure.unreachable")}
            detail={t("failure.unreachable-detail")}
            onRetry={() => void loadSession()}
          />
        </Page>
      </Match>
    </Switch>
  )
}
