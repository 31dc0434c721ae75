import { Show, createMemo } from "solid-js"
import { t } from "#src/i18n/index.ts"
import { useNow } from "#src/lib/clock.ts"
import { StateIcon } from "#src/parts/state-icon.tsx"
import { OperationButton } from "#src/shell/operations/operation-button.tsx"
import { pageStatus } from "#src/shell/page-status.ts"
import { statusView } from "#src/shell/status-model.ts"
import type { StreamStatus } from "#src/shell/status-model.ts"
import { signedIn } from "#src/session/session.ts"
import "#src/parts/badge.css"
import "./status-bar.css"

/** The line at the lower edge: whose workspace this is, how fresh the page is, which version. */
export function StatusBar() {
  return (
    <footer data-component="status-bar" aria-label={t("shell.status")}>
      <Freshness status={pageStatus()} />
      <span data-slot="end">
        <Show when={signedIn()}>
          <OperationButton />
        </Show>
        <Show when={signedIn()}>{(session) => <span data-slot="organisation">{session().org.name}</span>}</Show>
        <span data-slot="version">{t("shell.version", { version: __VERSION__ })}</span>
      </span>
    </footer>
  )
}

/**
 * How fresh the page is, where it stands on a live stream. It takes the status as it is, defined or not: while a page is
 * on its way in, the clock may tick in between, and an accessor narrowed by a condition would then be read too late.
 */
function Freshness(props: { readonly status: StreamStatus | undefined }) {
  const now = useNow()
  const view = createMemo(() => (props.status === undefined ? undefined : statusView(props.status, now())))
  const words = () => {
    const look = view()?.look
    if (look === undefined) return ""
    return props.status?.kind === "live" ? t("status.up-to-date") : t(look.word)
  }
  return (
    <Show when={view() !== undefined}>
      <span data-slot="freshness" data-tone={view()?.look.tone}>
        <StateIcon shape={{ ...view()?.look.shape, isSpinning: false }} size={10} />
        {words()}
      </span>
    </Show>
  )
}
