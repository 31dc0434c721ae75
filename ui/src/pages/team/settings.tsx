import { t } from "#src/i18n/index.ts"
import { EmptyState } from "#src/parts/empty-state.tsx"

export default function TeamSettingsPage() {
  return <EmptyState title={t("team.empty.settings")} detail={t("team.empty-detail")} />
}
