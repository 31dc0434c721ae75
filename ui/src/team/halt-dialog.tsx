import { createSignal } from "solid-js"
import { t } from "#src/i18n/index.ts"
import { Switch } from "#src/parts/switch.tsx"
import { ConfirmWithReason } from "#src/team/confirm-with-reason.tsx"

export interface HaltRequest {
  readonly reason: string
  readonly cancelQueued: boolean
}

export interface HaltDialogProps {
  readonly open: boolean
  readonly onOpenChange: (open: boolean) => void
  readonly title: string
  readonly onConfirm: (request: HaltRequest) => Promise<void>
}

/** Throws a kill switch: says what it does, asks why, and whether the queue goes as well. */
export function HaltDialog(props: HaltDialogProps) {
  const [cancelQueued, setCancelQueued] = createSignal(false)
  return (
    <ConfirmWithReason
      open={props.open}
      onOpenChange={(open) => props.onOpenChange(open)}
      title={props.title}
      detail={t("halt.detail")}
      submit={t("halt.submit")}
      needsReason
      onConfirm={(reason) => props.onConfirm({ reason, cancelQueued: cancelQueued() })}
    >
      <Switch
        label={t("halt.cancel-queued")}
        hint={t("halt.cancel-queued-hint")}
        checked={cancelQueued()}
        onChange={setCancelQueued}
      />
    </ConfirmWithReason>
  )
}
