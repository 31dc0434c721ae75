import Check from "lucide-solid/icons/check"
import Copy from "lucide-solid/icons/copy"
import CopyX from "lucide-solid/icons/copy-x"
import { createSignal, onCleanup } from "solid-js"
import { t } from "#src/i18n/index.ts"
import { COPIED_MILLIS } from "#src/limits.ts"
import { IconButton } from "#src/parts/icon-button.tsx"
import type { Icon } from "#src/parts/icon-button.tsx"

type CopyResult = "idle" | "copied" | "refused"

const ICONS: Readonly<Record<CopyResult, Icon>> = { idle: Copy, copied: Check, refused: CopyX }

/** Copies a text and says whether the browser allowed it. */
export function CopyButton(props: { readonly text: string; readonly label: string }) {
  const [result, setResult] = createSignal<CopyResult>("idle")
  let timer: ReturnType<typeof setTimeout> | undefined
  const show = (next: CopyResult) => {
    setResult(next)
    clearTimeout(timer)
    timer = setTimeout(() => setResult("idle"), COPIED_MILLIS)
  }
  onCleanup(() => clearTimeout(timer))

  // Without a secure origin there is no clipboard at all, which is the same answer as a refusal.
  const copy = () => {
    if (!("clipboard" in navigator)) return show("refused")
    navigator.clipboard.writeText(props.text).then(
      () => show("copied"),
      () => show("refused"),
    )
  }
  const label = () => ({ idle: props.label, copied: t("copy.copied"), refused: t("copy.refused") })[result()]
  return <IconButton icon={ICONS[result()]} label={label()} onClick={copy} data-slot="copy" />
}
