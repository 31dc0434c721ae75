import { t } from "#src/i18n/index.ts"
import { ErrorState } from "#src/parts/error-state.tsx"
import { Page } from "#src/shell/page.tsx"

/** What stands in place of a page that threw while it was drawn. */
export function PageFailure(props: { readonly error: unknown; readonly onRetry: () => void }) {
  const text = () =>
    props.error instanceof Error ? `${props.error.name}: ${props.error.message}` : String(props.error)
  return (
    <Page title={t("error.page")}>
      <ErrorState
        title={t("error.page")}
        detail={t("error.page-detail")}
        errorId={text()}
        onRetry={() => props.onRetry()}
      />
    </Page>
  )
}
