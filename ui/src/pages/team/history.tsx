import { t } from "#src/i18n/index.ts"
import { EmptyState } from "#src/parts/empty-state.tsx"

export default function TeamHistoryPage() {
  return <EmptyState title={t("team.empty.history")} detail={t("team.empty-detail")} />
}
