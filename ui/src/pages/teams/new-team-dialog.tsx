import { DESCRIPTION_MAX_CHARS, NAME_MAX_CHARS } from "@muster/domain"
import { Show, createSignal } from "solid-js"
import { v7 } from "uuid"
import { createAction } from "#src/api/action.ts"
import { commands } from "#src/api/commands.ts"
import { failureText } from "#src/api/failure.ts"
import { t } from "#src/i18n/index.ts"
import { Banner } from "#src/parts/banner.tsx"
import { Button } from "#src/parts/button.tsx"
import { Dialog } from "#src/parts/dialog.tsx"
import { TextArea, TextField } from "#src/parts/text-field.tsx"
import { showToast } from "#src/parts/toast.tsx"

export interface NewTeamDialogProps {
  readonly open: boolean
  readonly onOpenChange: (open: boolean) => void
  readonly onCreated: (teamId: string) => void
}

export function NewTeamDialog(props: NewTeamDialogProps) {
  const [name, setName] = createSignal("")
  const [description, setDescription] = createSignal("")
  let sent: { readonly body: string; readonly key: string } | undefined
  const create = createAction(async () => {
    const body = { name: name().trim(), description: description().trim() }
    const text = JSON.stringify(body)
    if (sent?.body !== text) sent = { body: text, key: v7() }
    const { id } = await commands.createTeam({ body, idempotencyKey: sent.key })
    showToast({ tone: "success", title: t("team-form.created", { team: body.name }) })
    sent = undefined
    setName("")
    setDescription("")
    props.onOpenChange(false)
    props.onCreated(id)
  })
  const submit = () => {
    if (name().trim() !== "") void create.run()
  }
  return (
    <Dialog
      open={props.open}
      onOpenChange={(open) => props.onOpenChange(open)}
      title={t("team-form.title")}
      actions={
        <>
          <Button onClick={() => props.onOpenChange(false)}>{t("common.cancel")}</Button>
          <Button variant="primary" busy={create.isBusy()} disabled={name().trim() === ""} onClick={submit}>
            {t("team-form.create")}
          </Button>
        </>
      }
    >
      <TextField
        label={t("team-form.name")}
        error={create.failure()?.fields["/name"]}
        value={name()}
        maxLength={NAME_MAX_CHARS}
        autocomplete="off"
        required
        onInput={setName}
        onKeyDown={(event) => {
          if (event.key === "Enter" && !event.isComposing) submit()
        }}
      />
      <TextArea
        label={t("team-form.description")}
        hint={t("common.optional")}
        error={create.failure()?.fields["/description"]}
        value={description()}
        maxLength={DESCRIPTION_MAX_CHARS}
        onInput={setDescription}
      />
      <Show when={create.failure()}>{(failure) => <Banner tone="danger">{failureText(failure())}</Banner>}</Show>
    </Dialog>
  )
}
