import { Show, createSignal, onMount } from "solid-js"
import { t } from "#src/i18n/index.ts"
import { isApple, isSingleKey, pressText } from "#src/lib/keys.ts"
import type { Binding } from "#src/lib/keys.ts"
import { Button } from "#src/parts/button.tsx"
import { Dialog } from "#src/parts/dialog.tsx"
import { KeyCaps } from "#src/parts/kbd.tsx"
import { obstacleTo, recordPress } from "#src/pages/me/recording.ts"
import type { KeyRow } from "#src/pages/me/recording.ts"

export interface KeyRecorderProps {
  readonly row: KeyRow
  readonly rows: ReadonlyArray<KeyRow>
  /** The new keys; null for none; undefined when everything stays. */
  readonly onDone: (binding: Binding | null | undefined) => void
  /** The keys are taken away from another command. */
  readonly onTake: (from: KeyRow) => void
}

const MODIFIERS = new Set(["Control", "Shift", "Alt", "Meta"])

/** Listens for the new keys of one command and tells what stands in their way. */
export function KeyRecorder(props: KeyRecorderProps) {
  const [presses, setPresses] = createSignal<ReadonlyArray<string>>([])
  const binding = () => (presses().length === 0 ? undefined : presses().join(" "))
  const obstacle = () => {
    const wanted = binding()
    return wanted === undefined ? undefined : obstacleTo(wanted, props.row.id, props.rows)
  }
  const taken = () => {
    const found = obstacle()
    return found?.kind === "taken" ? found.by : undefined
  }
  const accept = () => {
    const wanted = binding()
    if (wanted === undefined || obstacle()?.kind === "reserved") return
    const from = taken()
    if (from !== undefined) props.onTake(from)
    props.onDone(wanted)
  }
  const press = (event: KeyboardEvent) => {
    // Tab goes on to the buttons, as everywhere.
    if (MODIFIERS.has(event.key) || event.key === "Tab") return
    event.preventDefault()
    event.stopPropagation()
    const step = recordPress(presses(), pressText(event, isApple))
    if (step.kind === "recorded") setPresses(step.presses)
    else if (step.kind === "left") props.onDone(undefined)
    // Enter alone does not take keys away from another command: that has a button of its own.
    else if (obstacle() === undefined) accept()
  }
  let box: HTMLElement | undefined
  onMount(() => queueMicrotask(() => box?.focus()))
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && props.onDone(undefined)}
      title={t("keys.recording", { command: props.row.title })}
      detail={t("keys.recording-hint")}
      actions={
        <>
          <Button onClick={() => props.onDone(undefined)}>{t("common.cancel")}</Button>
          <Button onClick={() => props.onDone(null)}>{t("keys.switch-off")}</Button>
          <Button
            variant="primary"
            disabled={binding() === undefined || obstacle()?.kind === "reserved"}
            onClick={accept}
          >
            <Show when={taken()} fallback={t("keys.accept")}>
              {(from) => <>{t("keys.take", { command: from().title })}</>}
            </Show>
          </Button>
        </>
      }
    >
      <div
        ref={(element) => (box = element)}
        data-component="key-recorder"
        data-keys="own"
        tabindex="0"
        role="textbox"
        aria-readonly="true"
        aria-label={t("keys.binding")}
        onKeyDown={press}
      >
        <Show when={binding() ?? props.row.keys} fallback={t("keys.no-binding")}>
          {(keys) => <KeyCaps keys={keys()} />}
        </Show>
      </div>
      <p data-component="key-obstacle" role="status">
        <Show when={obstacle()?.kind === "reserved"}>{t("keys.reserved")}</Show>
        <Show when={taken()}>{(from) => <>{t("keys.conflict", { command: from().title })}</>}</Show>
        <Show when={obstacle() === undefined && isSingleKey(binding() ?? "mod+")}>{t("keys.text")}</Show>
      </p>
    </Dialog>
  )
}
