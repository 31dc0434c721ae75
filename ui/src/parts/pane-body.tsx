import { ErrorBoundary, Suspense } from "solid-js"
import type { JSX } from "solid-js"
import { t } from "#src/i18n/index.ts"
import { ErrorState } from "#src/parts/error-state.tsx"
import { Skeleton } from "#src/parts/skeleton.tsx"

/**
 * Keeps what happens inside one pane inside it: while its content is loaded or after it has failed, its neighbours stay
 * as they are. A failure can be tried again and its text copied.
 */
export function PaneBody(props: { readonly title: string; readonly children: JSX.Element }) {
  return (
    <ErrorBoundary
      fallback={(error: unknown, reset) => (
        <ErrorState
          title={t("pane.failed")}
          detail={t("pane.failed-detail")}
          errorId={`${props.title}: ${textOfError(error)}`}
          onRetry={reset}
        />
      )}
    >
      <Suspense fallback={<Skeleton lines={4} />}>{props.children}</Suspense>
    </ErrorBoundary>
  )
}

/** An error as a person can report it. */
export const textOfError = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message}` : String(error)
