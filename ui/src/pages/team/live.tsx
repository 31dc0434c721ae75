import { t } from "#src/i18n/index.ts"
import { EmptyState } from "#src/parts/empty-state.tsx"

export default function TeamLivePage() {
  return <EmptyState title={t("team.empty.live")} detail={t("team.empty-detail")} />
}
