import { t } from "#src/i18n/index.ts"
import { EmptyState } from "#src/parts/empty-state.tsx"

export default function TeamReplayPage() {
  return <EmptyState title={t("team.empty.replay")} detail={t("team.empty-detail")} />
}
