import Users from "lucide-solid/icons/users"
import { t } from "#src/i18n/index.ts"
import { EmptyState } from "#src/parts/empty-state.tsx"
import { Page } from "#src/shell/page.tsx"

/** All teams that the person may see. */
export default function TeamsPage() {
  return (
    <Page title={t("teams.title")}>
      <EmptyState icon={Users} title={t("teams.empty")} detail={t("teams.empty-detail")} />
    </Page>
  )
}
