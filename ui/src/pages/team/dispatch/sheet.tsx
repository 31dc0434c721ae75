import { INSTRUCTIONS_MAX_CHARS } from "@muster/domain"
import { Show, createEffect, createSignal, on } from "solid-js"
import { v7 } from "uuid"
import { createAction } from "#src/api/action.ts"
import { commands } from "#src/api/commands.ts"
import { failureText } from "#src/api/failure.ts"
import { t } from "#src/i18n/index.ts"
import { createPreference } from "#src/lib/preferences.ts"
import { Banner } from "#src/parts/banner.tsx"
import { Button } from "#src/parts/button.tsx"
import { Sheet } from "#src/parts/dialog.tsx"
import { KeyCaps } from "#src/parts/kbd.tsx"
import { Select } from "#src/parts/select.tsx"
import { TextArea, TextField } from "#src/parts/text-field.tsx"
import { AttachField } from "#src/team/chat/attach/field.tsx"
import { createAttachments } from "#src/team/chat/attach/store.ts"
import { roster } from "#src/team/members/work.ts"
import { useLiveTeam } from "#src/team/live-team.ts"
import { useDispatch } from "#src/pages/team/dispatch/context.ts"
import {
  asDraft,
  emptyDraft,
  errorsFrom,
  requestOf,
  skillsOf,
  targetOf,
  titleOf,
  TO_POOL,
  withText,
} from "#src/pages/team/dispatch/draft.ts"
import type { DispatchDraft, DraftErrors } from "#src/pages/team/dispatch/draft.ts"
import { MoreOptions } from "#src/pages/team/dispatch/more-options.tsx"
import { RuntimeOptions } from "#src/pages/team/dispatch/runtime-options.tsx"
import { BY_LEADER, poolNote, targetNote, targetOptions } from "#src/pages/team/dispatch/targets.ts"
import "./sheet.css"

const INSTRUCTIONS_ROWS = 8

/** Hands a piece of work to the team. Nothing is shown as done before the server has taken it. */
export default function DispatchSheet() {
  const team = useLiveTeam()
  const dispatch = useDispatch()
  const kept = createPreference<DispatchDraft>(`dispatch.${team.teamId}`, emptyDraft, asDraft)
  const attachments = createAttachments(team.teamId, `${team.teamId}.dispatch`)
  const [errors, setErrors] = createSignal<DraftErrors>({})
  const members = () => roster(team.raw())
  const draft = kept.value
  const change = (part: Partial<DispatchDraft>) => {
    kept.set({ ...draft(), ...part })
    // What is being put right is not called wrong any more.
    const left = Object.entries(errors()).filter(([field]) => !(field in part))
    setErrors(Object.fromEntries(left))
  }

  createEffect(
    on([dispatch.isOpen, dispatch.presetFiles], ([isOpen, files]) => {
      if (isOpen && files !== undefined) attachments.adopt(files)
    }),
  )
  createEffect(
    on([dispatch.isOpen, dispatch.presetMember, dispatch.presetText], ([isOpen, memberId, text]) => {
      if (isOpen && memberId !== undefined) change({ memberId })
      if (isOpen && text !== undefined) change({ instructions: withText(draft().instructions, text) })
    }),
  )

  /** The key names the command: the same request under the same key is dispatched once, however often it is sent. */
  let sent: { readonly body: string; readonly key: string } | undefined
  const send = createAction(async () => {
    const verdict = requestOf(draft(), { members: members(), nowMillis: Date.now() })
    if (!verdict.isOk) {
      setErrors(verdict.errors)
      return
    }
    const files = attachments.files().map(({ sha256, name }) => ({ sha256, name }))
    const request = files.length === 0 ? verdict.request : { ...verdict.request, attachments: files }
    const body = JSON.stringify(request)
    if (sent?.body !== body) sent = { body, key: v7() }
    const { id } = await commands.dispatchTask({
      params: { team: team.teamId },
      body: request,
      idempotencyKey: sent.key,
    })
    sent = undefined
    attachments.clear()
    kept.set({ ...emptyDraft, memberId: draft().memberId, skills: draft().skills })
    dispatch.setOpen(false)
    dispatch.announce(id)
  })
  const submit = async () => {
    // A file that is still on its way would be left behind.
    if (!attachments.isComplete()) return
    await send.run()
    const failure = send.failure()
    if (failure !== undefined) setErrors(errorsFrom(failure.fields))
  }
  const press = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return
    event.preventDefault()
    void submit()
  }
  const note = () => (draft().memberId === TO_POOL ? undefined : targetNote(targetOf(draft(), members())))
  const hasDraft = () => draft().instructions !== "" || draft().title !== undefined || attachments.items().length > 0

  return (
    <Sheet
      open={dispatch.isOpen()}
      onOpenChange={dispatch.setOpen}
      title={t("dispatch.title")}
      actions={
        <>
          <Show when={hasDraft()}>
            <Button
              variant="ghost"
              onClick={() => {
                kept.set(emptyDraft)
                attachments.clear()
                setErrors({})
              }}
            >
              {t("dispatch.discard")}
            </Button>
          </Show>
          <Button
            variant="primary"
            busy={send.isBusy()}
            disabled={!attachments.isComplete()}
            onClick={() => void submit()}
          >
            {send.isBusy() ? t("dispatch.sending") : t("dispatch.submit")}
            <KeyCaps keys="mod+enter" isSilent />
          </Button>
        </>
      }
    >
      <form
        data-component="dispatch"
        onKeyDown={press}
        onSubmit={(event) => {
          event.preventDefault()
          void submit()
        }}
      >
        <Select
          label={t("dispatch.to")}
          options={targetOptions(members())}
          value={draft().memberId === "" ? BY_LEADER : draft().memberId}
          error={errors().memberId}
          {...(note() === undefined ? {} : { hint: note() ?? "" })}
          onChange={(memberId) => change({ memberId: memberId === BY_LEADER ? "" : memberId })}
        />
        <Show when={draft().memberId === TO_POOL}>
          <TextField
            label={t("dispatch.skills")}
            hint={poolNote(skillsOf(draft().skills), members())}
            error={errors().skills}
            value={draft().skills}
            onInput={(skills) => change({ skills })}
          />
        </Show>
        <TextArea
          label={t("dispatch.instructions")}
          hint={t("dispatch.instructions-hint")}
          error={errors().instructions}
          rows={INSTRUCTIONS_ROWS}
          maxLength={INSTRUCTIONS_MAX_CHARS}
          value={draft().instructions}
          onInput={(instructions) => change({ instructions })}
        />
        <AttachField attachments={attachments} />
        <TextField
          label={t("dispatch.name")}
          hint={t("dispatch.name-hint")}
          error={errors().title}
          value={draft().title ?? titleOf(draft())}
          onInput={(title) => change({ title: title === "" ? undefined : title })}
        />
        <RuntimeOptions target={targetOf(draft(), members())} draft={draft()} errors={errors()} onChange={change} />
        <MoreOptions draft={draft()} errors={errors()} onChange={change} />
        <Show when={send.failure()}>{(failure) => <Banner tone="danger">{failureText(failure())}</Banner>}</Show>
        <p data-slot="kept">{t("dispatch.draft-kept")}</p>
      </form>
    </Sheet>
  )
}
