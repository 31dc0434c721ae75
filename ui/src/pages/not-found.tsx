import { A } from "@solidjs/router"
import { t } from "#src/i18n/index.ts"
import { EmptyState } from "#src/parts/empty-state.tsx"
import { Page } from "#src/shell/page.tsx"

export default function NotFoundPage() {
  return (
    <Page title={t("error.not-found")}>
      <EmptyState
        title={t("error.not-found")}
        detail={t("error.not-found-detail")}
        action={<A href="/teams">{t("command.go-teams")}</A>}
      />
    </Page>
  )
}
