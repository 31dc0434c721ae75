import { t } from "#src/i18n/index.ts"
import { ConfirmWithReason } from "#src/team/confirm-with-reason.tsx"

export interface ReleaseDialogProps {
  readonly open: boolean
  readonly onOpenChange: (open: boolean) => void
  readonly onConfirm: (reason: string) => Promise<void>
}

/** Lifts a kill switch, and asks why it is over. */
export function ReleaseDialog(props: ReleaseDialogProps) {
  return (
    <ConfirmWithReason
      open={props.open}
      onOpenChange={(open) => props.onOpenChange(open)}
      title={t("halt.release-title")}
      detail={t("halt.release-detail")}
      submit={t("halt.release")}
      needsReason
      onConfirm={(reason) => props.onConfirm(reason)}
    />
  )
}
