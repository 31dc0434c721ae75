import { t } from "#src/i18n/index.ts"
import { EmptyState } from "#src/parts/empty-state.tsx"

export default function TeamTasksPage() {
  return <EmptyState title={t("team.empty.tasks")} detail={t("team.empty-detail")} />
}
