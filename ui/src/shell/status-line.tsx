import { Show, createMemo } from "solid-js"
import { t } from "#src/i18n/index.ts"
import { useNow } from "#src/lib/clock.ts"
import { Badge } from "#src/parts/badge.tsx"
import { Banner } from "#src/parts/banner.tsx"
import { Button } from "#src/parts/button.tsx"
import { StateIcon } from "#src/parts/state-icon.tsx"
import { statusView } from "#src/shell/status-model.ts"
import type { StreamStatus } from "#src/shell/status-model.ts"
import "./status-line.css"

/** How fresh the page is: one badge and one line of numbers, fed by the live stream alone. */
export function StatusLine(props: { readonly status: StreamStatus }) {
  const now = useNow()
  const view = createMemo(() => statusView(props.status, now()))
  return (
    <span data-component="status-line">
      <Badge tone={view().look.tone} icon={<StateIcon shape={view().look.shape} size={10} />}>
        {t(view().look.word)}
      </Badge>
      <Show when={view().detail}>
        <span data-slot="detail">{view().detail}</span>
      </Show>
    </span>
  )
}

export interface StatusBannerProps {
  readonly status: StreamStatus
  readonly onRetry: () => void
  readonly onSignIn: () => void
}

/** The line across the page when what it shows has grown old. Nothing while all is well. */
export function StatusBanner(props: StatusBannerProps) {
  const now = useNow()
  const banner = createMemo(() => statusView(props.status, now()).banner)
  const action = () => {
    switch (banner()?.action) {
      case "retry":
        return <Button onClick={() => props.onRetry()}>{t("status.retry-now")}</Button>
      case "sign-in":
        return <Button onClick={() => props.onSignIn()}>{t("status.sign-in")}</Button>
      case "reload":
        return <Button onClick={() => window.location.reload()}>{t("status.reload")}</Button>
      default:
        return undefined
    }
  }
  return (
    <Show when={banner()}>
      {(shown) => (
        <Banner tone={shown().tone} action={action()}>
          {shown().text}
        </Banner>
      )}
    </Show>
  )
}
