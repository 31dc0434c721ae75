import { Show } from "solid-js"
import CircleAlert from "lucide-solid/icons/circle-alert"
import { t } from "#src/i18n/index.ts"
import { Button } from "#src/parts/button.tsx"
import { CopyButton } from "#src/parts/copy-button.tsx"
import "./empty-state.css"
import "./error-state.css"

export interface ErrorStateProps {
  readonly title: string
  /** What to do next, in the words of the problem that the server sent. */
  readonly detail?: string | undefined
  /** The id that finds this failure in the server's log. */
  readonly errorId?: string | undefined
  readonly onRetry?: () => void
}

/** A failed pane: says what happened, offers the retry, and gives the id to report. */
export function ErrorState(props: ErrorStateProps) {
  return (
    <div data-component="error-state" role="alert">
      <CircleAlert size={20} aria-hidden="true" />
      <p data-slot="title">{props.title}</p>
      <Show when={props.detail}>
        <p data-slot="detail">{props.detail}</p>
      </Show>
      <div data-slot="action">
        <Show when={props.onRetry}>{(retry) => <Button onClick={() => retry()()}>{t("common.retry")}</Button>}</Show>
        <Show when={props.errorId}>
          {(id) => (
            <span data-slot="id">
              <code>{id()}</code>
              <CopyButton text={id()} label={t("error.copy-id")} />
            </span>
          )}
        </Show>
      </div>
    </div>
  )
}
