import EyeOff from "lucide-solid/icons/eye-off"
import MonitorOff from "lucide-solid/icons/monitor-off"
import { t } from "#src/i18n/index.ts"
import { EmptyState } from "#src/parts/empty-state.tsx"
import { IconButton } from "#src/parts/icon-button.tsx"
import { Pane } from "#src/parts/pane.tsx"

/** Where desktops of members are shown. Until an instance brings one it says so, and can be put away. */
export function DesktopPane(props: { readonly onHide: () => void }) {
  return (
    <Pane
      title={t("live.desktop")}
      actions={<IconButton icon={EyeOff} label={t("live.desktop-hide")} placement="bottom" onClick={props.onHide} />}
    >
      <EmptyState icon={MonitorOff} title={t("live.desktop-empty")} detail={t("live.desktop-detail")} />
    </Pane>
  )
}
