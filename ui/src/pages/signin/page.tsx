import { useLocation, useNavigate } from "@solidjs/router"
import { Match, Switch, createSignal, onCleanup, onMount } from "solid-js"
import { t } from "#src/i18n/index.ts"
import { Button } from "#src/parts/button.tsx"
import { claimCode } from "#src/session/arriving-code.ts"
import { takeCodeFromAddress } from "#src/session/code-from-address.ts"
import type { ArrivingCode } from "#src/session/code-from-address.ts"
import { nextPage } from "#src/session/next-page.ts"
import { forgetSession } from "#src/session/session.ts"
import { makeSignIn } from "#src/session/sign-in.ts"
import type { SignInOutcome, SignInPort } from "#src/session/sign-in.ts"
import { SignInForm } from "#src/pages/signin/form.tsx"
import { SignInMessage } from "#src/pages/signin/message.tsx"
import { NameForm } from "#src/pages/signin/name-form.tsx"
import "./page.css"

type State = "start" | "naming" | "working" | "already" | SignInOutcome

/** Turns the one-time code of a link into a session. */
export default function SignInPage(props: { readonly port?: SignInPort }) {
  const port = () => props.port ?? makeSignIn(globalThis.fetch.bind(globalThis))
  const navigate = useNavigate()
  const location = useLocation()
  const [state, setState] = createSignal<State>("start")
  let arriving: ArrivingCode | undefined
  let name: string | undefined

  const enter = () => {
    forgetSession()
    navigate(nextPage(location.search), { replace: true })
  }
  const exchange = async (given: ArrivingCode) => {
    if (state() === "working") return
    arriving = given
    setState("working")
    const outcome = await port().exchange(given.code, name)
    setState(outcome)
    // A code that was only not heard, or came with a name that somebody has, can be tried again; any other is void.
    if (outcome === "refused") arriving = undefined
    if (outcome === "signed-in") enter()
  }
  const receive = async (given: ArrivingCode) => {
    if (!given.isSetup) return exchange(given)
    arriving = given
    setState("naming")
  }
  const start = async (given: ArrivingCode | undefined) => {
    setState("start")
    if (await port().hasSession()) setState("already")
    else if (given !== undefined) await receive(given)
  }
  // A second link pasted into the same tab changes the fragment without loading the page again.
  const hashChanged = () => {
    const given = takeCodeFromAddress(window)
    if (given !== undefined) void receive(given)
  }

  onMount(() => {
    document.title = t("app.title", { page: t("signin.title") })
    window.addEventListener("hashchange", hashChanged)
    void start(claimCode())
  })
  onCleanup(() => window.removeEventListener("hashchange", hashChanged))

  const retry = () => {
    if (arriving === undefined) setState("start")
    else void exchange(arriving)
  }
  const takeName = (given: string) => {
    name = given
    retry()
  }

  return (
    <main data-component="sign-in">
      <div data-slot="card">
        <p data-slot="brand">{t("app.name")}</p>
        <Switch fallback={<SignInForm isRefused={state() === "refused"} onCode={(given) => void receive(given)} />}>
          <Match when={state() === "naming" || state() === "name-taken"}>
            <NameForm error={state() === "name-taken" ? t("signin.name-taken") : undefined} onName={takeName} />
          </Match>
          <Match when={state() === "working"}>
            <SignInMessage kind="working" title={t("signin.working")} detail={t("signin.working-detail")} />
          </Match>
          <Match when={state() === "signed-in"}>
            <SignInMessage kind="done" title={t("signin.done")} detail={t("signin.done-detail")} />
          </Match>
          <Match when={state() === "already"}>
            <SignInMessage kind="done" title={t("signin.already")} detail={t("signin.already-detail")}>
              <Button variant="primary" onClick={enter}>
                {t("signin.continue")}
              </Button>
            </SignInMessage>
          </Match>
          <Match when={state() === "unreachable"}>
            <SignInMessage kind="failed" title={t("signin.unreachable")} detail={t("signin.unreachable-detail")}>
              <Button variant="primary" onClick={retry}>
                {t("common.retry")}
              </Button>
            </SignInMessage>
          </Match>
          <Match when={state() === "throttled"}>
            <SignInMessage kind="failed" title={t("signin.throttled")} detail={t("signin.throttled-detail")}>
              <Button variant="primary" onClick={retry}>
                {t("common.retry")}
              </Button>
            </SignInMessage>
          </Match>
        </Switch>
      </div>
    </main>
  )
}
