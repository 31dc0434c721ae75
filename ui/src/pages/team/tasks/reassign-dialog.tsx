import type { MemberId } from "@muster/domain"
import { SKILLS_MAX } from "@muster/domain"
import { Show, createSignal } from "solid-js"
import { createAction } from "#src/api/action.ts"
import { failureText } from "#src/api/failure.ts"
import { t } from "#src/i18n/index.ts"
import { Banner } from "#src/parts/banner.tsx"
import { Button } from "#src/parts/button.tsx"
import { Dialog } from "#src/parts/dialog.tsx"
import { Select } from "#src/parts/select.tsx"
import { TextField } from "#src/parts/text-field.tsx"
import { useLiveTeam } from "#src/team/live-team.ts"
import { roster } from "#src/team/members/work.ts"
import { skillsOf, TO_POOL } from "#src/pages/team/dispatch/draft.ts"
import { poolNote, targetNote, targetOptions, BY_LEADER } from "#src/pages/team/dispatch/targets.ts"
import type { Target } from "#src/pages/team/tasks/task-moves.tsx"

export interface ReassignDialogProps {
  readonly title: string
  readonly detail: string
  readonly onOpenChange: (isOpen: boolean) => void
  /** Rejects with what the server said; then the dialog stays and shows it. */
  readonly onGive: (target: Target) => Promise<void>
}

/** Asks whom work shall go to: one member, or whoever has some skills. */
export function ReassignDialog(props: ReassignDialogProps) {
  const team = useLiveTeam()
  const members = () => roster(team.raw())
  const options = () => targetOptions(members()).filter(({ value }) => value !== BY_LEADER)
  const [chosen, setChosen] = createSignal<string>()
  const [typed, setTyped] = createSignal("")
  const value = () => chosen() ?? options().find((option) => option.value !== TO_POOL)?.value ?? TO_POOL
  const skills = () => skillsOf(typed())
  const target = (): Target | undefined => {
    if (value() !== TO_POOL) return { memberId: value() as MemberId }
    return skills().length > 0 && skills().length <= SKILLS_MAX ? { pool: { skills: skills() } } : undefined
  }
  const note = () => {
    const member = members().find(({ id }) => id === value())
    return member === undefined ? undefined : targetNote(member)
  }
  const give = createAction(async () => {
    const to = target()
    if (to === undefined) return
    await props.onGive(to)
    props.onOpenChange(false)
  })
  return (
    <Dialog
      open
      onOpenChange={(isOpen) => props.onOpenChange(isOpen)}
      title={props.title}
      detail={props.detail}
      actions={
        <>
          <Button onClick={() => props.onOpenChange(false)}>{t("common.cancel")}</Button>
          <Button
            variant="primary"
            busy={give.isBusy()}
            disabled={target() === undefined}
            onClick={() => void give.run()}
          >
            {t("reassign.submit")}
          </Button>
        </>
      }
    >
      <Select label={t("dispatch.to")} options={options()} value={value()} hint={note()} onChange={setChosen} />
      <Show when={value() === TO_POOL}>
        <TextField
          label={t("dispatch.skills")}
          hint={poolNote(skills(), members())}
          value={typed()}
          onInput={setTyped}
        />
      </Show>
      <Show when={give.failure()}>{(failure) => <Banner tone="danger">{failureText(failure())}</Banner>}</Show>
    </Dialog>
  )
}
