import { t } from "#src/i18n/index.ts"
import { ErrorState } from "#src/parts/error-state.tsx"
import { textOfError } from "#src/parts/pane-body.tsx"
import { Page } from "#src/shell/page.tsx"

/** What stands in place of a page that threw while it was drawn. */
export function PageFailure(props: { readonly error: unknown; readonly onRetry: () => void }) {
  return (
    <Page title={t("error.page")}>
      <ErrorState
        title={t("error.page")}
        detail={t("error.page-detail")}
        errorId={textOfError(props.error)}
        onRetry={() => props.onRetry()}
      />
    </Page>
  )
}
