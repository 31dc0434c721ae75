import { useNavigate } from "@solidjs/router"
import { Show, createEffect, createMemo, createSignal, on } from "solid-js"
import { v7 } from "uuid"
import { createAction } from "#src/api/action.ts"
import { commands } from "#src/api/commands.ts"
import { failureText } from "#src/api/failure.ts"
import { reads } from "#src/api/reads.ts"
import { t } from "#src/i18n/index.ts"
import { createPreference } from "#src/lib/preferences.ts"
import { Banner } from "#src/parts/banner.tsx"
import { Button } from "#src/parts/button.tsx"
import { Sheet } from "#src/parts/dialog.tsx"
import { KeyCaps } from "#src/parts/kbd.tsx"
import { showToast } from "#src/parts/toast.tsx"
import { may } from "#src/session/may.ts"
import { createAttachments } from "#src/team/chat/attach/store.ts"
import { roster } from "#src/team/members/work.ts"
import { useLiveTeam } from "#src/team/live-team.ts"
import { taskLabel } from "#src/team/names.ts"
import type { KnownModels } from "#src/pages/team/dispatch/checks.ts"
import { useDispatch } from "#src/pages/team/dispatch/context.ts"
import {
  asDraft,
  emptyDraft,
  errorsFrom,
  requestOf,
  targetOf,
  TO_POOL,
  withText,
} from "#src/pages/team/dispatch/draft.ts"
import type { DispatchDraft, DraftErrors } from "#src/pages/team/dispatch/draft.ts"
import { DispatchForm } from "#src/pages/team/dispatch/form.tsx"
import { busyChoice, talkWith, wordsOf } from "#src/pages/team/dispatch/when-busy.ts"
import { teamViewPath } from "#src/pages/team/views.ts"
import "./sheet.css"

/** Hands a piece of work to the team, or says it to the agent that is at work. Nothing is shown as done before the server has taken it. */
export default function DispatchSheet() {
  const team = useLiveTeam()
  const dispatch = useDispatch()
  const navigate = useNavigate()
  const kept = createPreference<DispatchDraft>(`dispatch.${team.teamId}`, emptyDraft, asDraft)
  const attachments = createAttachments(team.teamId, `dispatch.${team.teamId}`)
  const [errors, setErrors] = createSignal<DraftErrors>({})
  const [models, setModels] = createSignal<KnownModels>()
  const members = () => roster(team.raw())
  const draft = kept.value
  const change = (part: Partial<DispatchDraft>) => {
    kept.set({ ...draft(), ...part })
    // What is being put right is not called wrong any more.
    const left = Object.entries(errors()).filter(([field]) => !(field in part))
    setErrors(Object.fromEntries(left))
  }
  // A check that cannot be made is left out: it warns, and nothing hangs on it.
  if (may("model.read"))
    void reads.listModels().then(
      ({ items }) => setModels(items),
      () => setModels(undefined),
    )

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

  const talk = createMemo(() =>
    draft().memberId === TO_POOL || draft().memberId === ""
      ? undefined
      : talkWith(targetOf(draft(), members()), team.raw()),
  )
  const choice = () => busyChoice(draft(), talk())
  const startAnew = () => {
    kept.set({ ...emptyDraft, memberId: draft().memberId, skills: draft().skills })
    attachments.clear()
    dispatch.setOpen(false)
  }

  /** The key names the command: the same request under the same key is carried out once, however often it is sent. */
  let sent: { readonly body: string; readonly key: string } | undefined
  const keyFor = (request: unknown): string => {
    const body = JSON.stringify(request)
    if (sent?.body !== body) sent = { body, key: v7() }
    return sent.key
  }
  const sayTo = async (task: string, number: number, isInterrupt: boolean) => {
    const text = wordsOf(draft())
    if (text === "") {
      setErrors({ instructions: t("busy.nothing") })
      return
    }
    const body = { text, isInterrupt }
    await commands.steerTask({ params: { team: team.teamId, task }, body, idempotencyKey: keyFor([task, body]) })
    sent = undefined
    showToast({ tone: "success", title: t("steer.done", { task: taskLabel(number) }) })
    startAnew()
  }
  const send = createAction(async () => {
    const now = talk()
    if (now !== undefined && choice() !== "queue") return sayTo(now.task.id, now.task.number, choice() === "interrupt")
    const verdict = requestOf(draft(), { members: members(), nowMillis: Date.now(), files: attachments.files() })
    if (!verdict.isOk) {
      setErrors(verdict.errors)
      return
    }
    const { id } = await commands.dispatchTask({
      params: { team: team.teamId },
      body: verdict.request,
      idempotencyKey: keyFor(verdict.request),
    })
    sent = undefined
    startAnew()
    dispatch.announce(id)
  })
  const submit = async () => {
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
  const schedule = () => {
    dispatch.setOpen(false)
    navigate(`${teamViewPath(team.teamId, "schedules")}?new=draft`)
  }
  const hasDraft = () => draft().instructions !== "" || draft().title !== undefined || attachments.items().length > 0
  const label = () =>
    choice() === "queue" ? t("dispatch.submit") : t(`busy.submit-${choice() === "steer" ? "steer" : "interrupt"}`)

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
          <Show when={may("schedule.manage")}>
            <Button onClick={schedule}>{t("dispatch.schedule")}</Button>
          </Show>
          <Button
            variant="primary"
            busy={send.isBusy()}
            disabled={!attachments.isComplete()}
            onClick={() => void submit()}
          >
            {send.isBusy() ? t("dispatch.sending") : label()}
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
        <DispatchForm draft={draft()} errors={errors()} models={models()} attachments={attachments} onChange={change} />
        <Show when={send.failure()}>{(failure) => <Banner tone="danger">{failureText(failure())}</Banner>}</Show>
        <p data-slot="kept">{t("dispatch.draft-kept")}</p>
      </form>
    </Sheet>
  )
}
