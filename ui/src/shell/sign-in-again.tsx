import { Show, createEffect, createSignal, on } from "solid-js"
import { t } from "#src/i18n/index.ts"
import { Banner } from "#src/parts/banner.tsx"
import { Button } from "#src/parts/button.tsx"
import { Dialog } from "#src/parts/dialog.tsx"
import { SignInForm } from "#src/pages/signin/form.tsx"
import type { ArrivingCode } from "#src/session/code-from-address.ts"
import { loadSession, sessionState } from "#src/session/session.ts"
import { makeSignIn } from "#src/session/sign-in.ts"
import "#src/pages/signin/page.css"

const [isOpen, setOpen] = createSignal(false)

/** Told on every page once the session is over. What was typed stays where it is. */
export function SessionEndedBanner() {
  return (
    <Show when={sessionState().kind === "ended"}>
      <Banner tone="danger" action={<Button onClick={() => setOpen(true)}>{t("status.sign-in")}</Button>}>
        {t("status.ended-banner")}
      </Banner>
    </Show>
  )
}

/** Signs in again without leaving the page. */
export function SignInAgain() {
  const [note, setNote] = createSignal<"refused" | "throttled" | "unreachable">()
  const port = makeSignIn(globalThis.fetch.bind(globalThis))
  createEffect(on(sessionState, (state) => setOpen(state.kind === "ended")))
  const exchange = async ({ code }: ArrivingCode) => {
    const outcome = await port.exchange(code)
    if (outcome === "signed-in") {
      setNote(undefined)
      await loadSession()
      return
    }
    setNote(outcome === "name-taken" ? "refused" : outcome)
  }
  const unheard = () => {
    const reason = note()
    return reason === "throttled" || reason === "unreachable" ? reason : undefined
  }
  return (
    <Dialog open={isOpen()} onOpenChange={setOpen} title={t("status.ended")} detail={t("status.ended-banner")}>
      <div data-component="sign-in-again">
        <Show when={unheard()}>{(reason) => <Banner tone="danger">{t(`signin.${reason()}-detail`)}</Banner>}</Show>
        <SignInForm isRefused={note() === "refused"} isInDialog onCode={(given) => void exchange(given)} />
      </div>
    </Dialog>
  )
}
