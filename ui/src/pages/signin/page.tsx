import { useNavigate } from "@solidjs/router"
import { Match, Switch, createSignal, onCleanup, onMount } from "solid-js"
import { t } from "#src/i18n/index.ts"
import { Button } from "#src/parts/button.tsx"
import { takeCodeFromAddress } from "#src/session/code-from-address.ts"
import { claimCode } from "#src/session/arriving-code.ts"
import { makeSignIn } from "#src/session/sign-in.ts"
import type { SignInOutcome, SignInPort } from "#src/session/sign-in.ts"
import { SignInForm } from "#src/pages/signin/form.tsx"
import { SignInMessage } from "#src/pages/signin/message.tsx"
import "./page.css"

type State = "start" | "working" | "already" | SignInOutcome

/** Turns the one-time code of a link into a session. */
export default function SignInPage(props: { readonly port?: SignInPort }) {
  const port = () => props.port ?? makeSignIn(globalThis.fetch.bind(globalThis))
  const navigate = useNavigate()
  const [state, setState] = createSignal<State>("start")
  let code: string | undefined

  const enter = () => navigate("/", { replace: true })
  const exchange = async (given: string) => {
    if (state() === "working") return
    code = given
    setState("working")
    const outcome = await port().exchange(given)
    setState(outcome)
    // A code that was only not heard can be tried again; any other is spent or void.
    if (outcome !== "unreachable" && outcome !== "throttled") code = undefined
    if (outcome === "signed-in") enter()
  }
  const start = async (given: string | undefined) => {
    setState("start")
    if (await port().hasSession()) setState("already")
    else if (given !== undefined) await exchange(given)
  }
  // A second link pasted into the same tab changes the fragment without loading the page again.
  const hashChanged = () => {
    const given = takeCodeFromAddress(window)
    if (given !== undefined) void exchange(given)
  }

  onMount(() => {
    document.title = t("app.title", { page: t("signin.title") })
    window.addEventListener("hashchange", hashChanged)
    void start(claimCode())
  })
  onCleanup(() => window.removeEventListener("hashchange", hashChanged))

  const retry = () => {
    if (code === undefined) setState("start")
    else void exchange(code)
  }

  return (
    <main data-component="sign-in">
      <div data-slot="card">
        <p data-slot="brand">{t("app.name")}</p>
        <Switch fallback={<SignInForm refusal={refusalOf(state())} onCode={(given) => void exchange(given)} />}>
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

function refusalOf(state: State): "wrong" | "used" | "expired" | undefined {
  return state === "wrong" || state === "used" || state === "expired" ? state : undefined
}
