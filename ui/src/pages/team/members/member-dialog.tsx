import type { MemberDoc } from "@muster/contracts"
import type { MemberId } from "@muster/domain"
import { Show, createSignal, untrack } from "solid-js"
import { v7 } from "uuid"
import { createAction } from "#src/api/action.ts"
import { commands } from "#src/api/commands.ts"
import { failureText } from "#src/api/failure.ts"
import { t } from "#src/i18n/index.ts"
import { Banner } from "#src/parts/banner.tsx"
import { Button } from "#src/parts/button.tsx"
import { Sheet } from "#src/parts/dialog.tsx"
import { showToast } from "#src/parts/toast.tsx"
import { useLiveTeam } from "#src/team/live-team.ts"
import { roster } from "#src/team/members/work.ts"
import { createAbilities } from "#src/pages/team/members/abilities.ts"
import { MemberFields } from "#src/pages/team/members/member-fields.tsx"
import { draftOfMember, memberErrorsFrom, memberRequest, newMemberDraft } from "#src/pages/team/members/member-draft.ts"
import type { MemberDraft, MemberErrors } from "#src/pages/team/members/member-draft.ts"
import "./member-dialog.css"

export type AddedMember = Pick<MemberDoc, "id" | "handle" | "placement">

export interface MemberDialogProps {
  /** Absent: a new one. */
  readonly member?: MemberDoc
  readonly onOpenChange: (isOpen: boolean) => void
  readonly onAdded?: (member: AddedMember) => void
}

/** Adds a member, or changes one. */
export function MemberDialog(props: MemberDialogProps) {
  const team = useLiveTeam()
  const abilities = createAbilities()
  const hasLeader = roster(team.raw()).some((member) => member.role === "leader")
  // The form begins with the member as it is now and keeps what is typed.
  const initial = untrack(() => (props.member ? draftOfMember(props.member) : newMemberDraft(hasLeader)))
  const [draft, setDraft] = createSignal<MemberDraft>(initial)
  const [errors, setErrors] = createSignal<MemberErrors>({})
  const change = (part: Partial<MemberDraft>) => {
    setDraft({ ...draft(), ...part })
    setErrors(Object.fromEntries(Object.entries(errors()).filter(([field]) => !(field in part))))
  }
  let sent: { readonly body: string; readonly key: string } | undefined
  const save = createAction(async () => {
    const verdict = memberRequest(draft(), props.member?.runtimeOptions)
    if (!verdict.isOk) {
      setErrors(verdict.errors)
      return
    }
    const { request } = verdict
    const { handle } = request
    if (props.member !== undefined) {
      const { placement: _, ...changed } = request
      // One that was taken away is said to be gone; left out it would stay.
      const patch = {
        ...changed,
        ...((props.member.briefing ?? "") === "" ? {} : { briefing: changed.briefing ?? "" }),
      }
      await commands.editMember({ params: { team: team.teamId, member: props.member.id }, body: patch })
      showToast({ tone: "success", title: t("member-form.saved", { handle }) })
      props.onOpenChange(false)
      return
    }
    const body = JSON.stringify(request)
    if (sent?.body !== body) sent = { body, key: v7() }
    const { id } = await commands.addMember({ params: { team: team.teamId }, body: request, idempotencyKey: sent.key })
    showToast({ tone: "success", title: t("member-form.added", { handle }) })
    props.onAdded?.({ id: id as MemberId, handle, placement: draft().placement })
  })
  const submit = async () => {
    await save.run()
    const failure = save.failure()
    if (failure !== undefined) setErrors(memberErrorsFrom(failure.kind, failureText(failure), failure.fields))
  }

  return (
    <Sheet
      open
      onOpenChange={props.onOpenChange}
      title={
        props.member === undefined
          ? t("member-form.add-title")
          : t("member-form.edit-title", { handle: props.member.handle })
      }
      actions={
        <>
          <Button onClick={() => props.onOpenChange(false)}>{t("common.cancel")}</Button>
          <Button variant="primary" busy={save.isBusy()} onClick={() => void submit()}>
            {props.member === undefined ? t("member-form.add") : t("common.save")}
          </Button>
        </>
      }
    >
      <form
        data-component="member-form"
        onSubmit={(event) => {
          event.preventDefault()
          void submit()
        }}
      >
        <MemberFields
          draft={draft()}
          errors={errors()}
          isNew={props.member === undefined}
          blockedReason={props.member?.blockedReason}
          abilities={abilities.found()}
          onChange={change}
        />
        <Show when={save.failure()}>{(failure) => <Banner tone="danger">{failureText(failure())}</Banner>}</Show>
      </form>
    </Sheet>
  )
}
