import { Index } from "solid-js"
import { t } from "#src/i18n/index.ts"
import "./skeleton.css"

/** Grey lines where content will stand. Invisible for the first 150 ms: what comes faster needs no placeholder. */
export function Skeleton(props: { readonly lines?: number }) {
  return (
    <div data-component="skeleton" role="status" aria-label={t("common.loading")}>
      <Index each={Array.from({ length: props.lines ?? 3 })}>{() => <span data-slot="line" />}</Index>
    </div>
  )
}
