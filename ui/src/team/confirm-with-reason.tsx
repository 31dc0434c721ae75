import { REASON_MAX_CHARS } from "@muster/domain"
import { Show, createSignal } from "solid-js"
import type { JSX } from "solid-js"
import { createAction } from "#src/api/action.ts"
import { failureText } from "#src/api/failure.ts"
import { t } from "#src/i18n/index.ts"
import { Banner } from "#src/parts/banner.tsx"
import { Button } from "#src/parts/button.tsx"
import { Dialog } from "#src/parts/dialog.tsx"
import { TextField } from "#src/parts/text-field.tsx"

export interface ConfirmWithReasonProps {
  readonly open: boolean
  readonly onOpenChange: (open: boolean) => void
  readonly title: string
  readonly detail: string
  /** The harmless answer. */
  readonly keep?: string
  readonly submit: string
  /** False: nobody is asked for one. */
  readonly hasReason?: boolean
  /** Nothing is sent without a reason. */
  readonly needsReason?: boolean
  /** False: what is to be decided above is not decided yet. */
  readonly isReady?: boolean
  /** More to decide, above the reason. */
  readonly children?: JSX.Element
  /** Rejects with what the server said; then the dialog stays and shows it. */
  readonly onConfirm: (reason: string) => Promise<void>
}

/** Asks before something that others will notice, and why: the reason stands in the history. */
export function ConfirmWithReason(props: ConfirmWithReasonProps) {
  const [reason, setReason] = createSignal("")
  const isComplete = () => props.isReady !== false && (props.needsReason !== true || reason().trim() !== "")
  const action = createAction(async () => {
    if (!isComplete()) return
    await props.onConfirm(reason().trim())
    setReason("")
    props.onOpenChange(false)
  })
  return (
    <Dialog
      open={props.open}
      onOpenChange={(open) => props.onOpenChange(open)}
      title={props.title}
      detail={props.detail}
      actions={
        <>
          <Button onClick={() => props.onOpenChange(false)}>{props.keep ?? t("common.cancel")}</Button>
          <Button variant="danger" busy={action.isBusy()} disabled={!isComplete()} onClick={() => void action.run()}>
            {props.submit}
          </Button>
        </>
      }
    >
      {props.children}
      <Show when={props.hasReason !== false}>
        <TextField
          label={t("action.reason")}
          hint={props.needsReason === true ? t("common.required") : t("common.optional")}
          value={reason()}
          maxLength={REASON_MAX_CHARS}
          onInput={setReason}
          onKeyDown={(event) => {
            if (event.key === "Enter" && !event.isComposing) void action.run()
          }}
        />
      </Show>
      <Show when={action.failure()}>{(failure) => <Banner tone="danger">{failureText(failure())}</Banner>}</Show>
    </Dialog>
  )
}
