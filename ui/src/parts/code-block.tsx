import { Show, createMemo, createSignal } from "solid-js"
import { t, tn } from "#src/i18n/index.ts"
import { CODE_FOLD_LINES } from "#src/limits.ts"
import { Button } from "#src/parts/button.tsx"
import { CopyButton } from "#src/parts/copy-button.tsx"
import "./code-block.css"

/** Output or source as it is. Longer than the fold, the rest waits behind a button. */
export function CodeBlock(props: { readonly code: string; readonly label: string }) {
  const [isOpen, setOpen] = createSignal(false)
  const lines = createMemo(() => props.code.split("\n"))
  const hidden = () => Math.max(0, lines().length - CODE_FOLD_LINES)
  const shown = () => (isOpen() ? props.code : lines().slice(0, CODE_FOLD_LINES).join("\n"))
  return (
    <figure data-component="code-block">
      <figcaption data-slot="header">
        <span>{props.label}</span>
        <CopyButton text={props.code} label={t("code.copy")} />
      </figcaption>
      {/* A box that scrolls must be reachable by keyboard. */}
      <pre tabindex="0" role="region" aria-label={props.label}>
        <code>{shown()}</code>
      </pre>
      <Show when={hidden() > 0}>
        <Button variant="ghost" aria-expanded={isOpen()} onClick={() => setOpen(!isOpen())}>
          {isOpen() ? t("code.fold") : tn("code.unfold", hidden())}
        </Button>
      </Show>
    </figure>
  )
}
