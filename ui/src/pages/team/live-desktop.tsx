import MonitorOff from "lucide-solid/icons/monitor-off"
import { t } from "#src/i18n/index.ts"
import { Button } from "#src/parts/button.tsx"
import { EmptyState } from "#src/parts/empty-state.tsx"
import { Pane } from "#src/parts/pane.tsx"

/** Where desktops of members are shown. Until an instance brings one it says so, and can be put away. */
export function DesktopPane(props: { readonly onHide: () => void }) {
  return (
    <Pane title={t("live.desktop")}>
      <EmptyState
        icon={MonitorOff}
        title={t("live.desktop-empty")}
        detail={t("live.desktop-detail")}
        action={<Button onClick={() => props.onHide()}>{t("live.desktop-hide")}</Button>}
      />
    </Pane>
  )
}
