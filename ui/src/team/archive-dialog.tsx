import { BULK_MAX_TASKS } from "@muster/contracts"
import { NAME_MAX_CHARS } from "@muster/domain"
import { createEffect, createSignal, on } from "solid-js"
import { commands } from "#src/api/commands.ts"
import { t } from "#src/i18n/index.ts"
import { Switch } from "#src/parts/switch.tsx"
import { TextField } from "#src/parts/text-field.tsx"
import { ConfirmWithReason } from "#src/team/confirm-with-reason.tsx"

export interface ArchiveDialogProps {
  /** The team to be archived; undefined: nobody is asked. */
  readonly team: { readonly id: string; readonly name: string } | undefined
  readonly onClose: () => void
  /** Called with the position from which reads show it. */
  readonly onArchived: (position: string) => Promise<void> | void
}

/** Asks for the name before a team is archived, and whether what is open is cancelled first: in the archive nobody carries it out. */
export function ArchiveDialog(props: ArchiveDialogProps) {
  const [typed, setTyped] = createSignal("")
  const [isCancelling, setCancelling] = createSignal(true)
  createEffect(
    on(
      () => props.team?.id,
      () => {
        setTyped("")
        setCancelling(true)
      },
    ),
  )
  const archive = async (reason: string) => {
    const { team } = props
    if (team === undefined) return
    const params = { team: team.id }
    if (isCancelling()) {
      await commands.cancelTasks({ params, body: { filter: { state: "open" }, reason } })
    }
    const { position } = await commands.archiveTeam({ params, body: { reason } })
    await props.onArchived(position)
  }
  return (
    <ConfirmWithReason
      open={props.team !== undefined}
      onOpenChange={(open) => !open && props.onClose()}
      title={t("archive.title", { team: props.team?.name ?? "" })}
      detail={t("archive.detail")}
      submit={t("archive.submit")}
      isReady={typed().trim() === props.team?.name}
      onConfirm={archive}
    >
      <TextField
        label={t("archive.type-name")}
        hint={t("archive.type-name-hint", { team: props.team?.name ?? "" })}
        value={typed()}
        maxLength={NAME_MAX_CHARS}
        autocomplete="off"
        onInput={setTyped}
      />
      <Switch
        label={t("archive.cancel-open")}
        hint={t("archive.cancel-open-hint", { max: BULK_MAX_TASKS })}
        checked={isCancelling()}
        onChange={setCancelling}
      />
    </ConfirmWithReason>
  )
}
