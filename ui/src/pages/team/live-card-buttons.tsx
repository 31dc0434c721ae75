import type { MemberDoc } from "@muster/contracts"
import { Show } from "solid-js"
import { createAction } from "#src/api/action.ts"
import { commands } from "#src/api/commands.ts"
import { failureText } from "#src/api/failure.ts"
import { t } from "#src/i18n/index.ts"
import { Button } from "#src/parts/button.tsx"
import { showToast } from "#src/parts/toast.tsx"
import { may } from "#src/session/may.ts"
import { useLiveTeam } from "#src/team/live-team.ts"

export interface CardButtonsProps {
  readonly member: MemberDoc
  readonly onDone: () => void
  readonly onTalk: (memberId: string) => void
  readonly onDispatch: (memberId: string) => void
}

/** What one does with a member most: talk with it, give it work, hold it back. Everything else is in its menu. */
export function CardButtons(props: CardButtonsProps) {
  const team = useLiveTeam()
  const isOpenTeam = () => team.view.team?.isArchived === false
  const isHeldBack = () => props.member.isPaused || props.member.isDraining
  const hold = createAction(async () => {
    const params = { team: team.teamId, member: props.member.id }
    const { handle } = props.member
    if (isHeldBack()) {
      await commands.resumeMember({ params })
      showToast({ tone: "success", title: t("member.resumed-now", { handle }) })
    } else {
      await commands.pauseMember({ params, body: { reason: "" } })
      showToast({ tone: "success", title: t("member.paused-now", { handle }) })
    }
  })
  const done = (run: (memberId: string) => void) => {
    props.onDone()
    run(props.member.id)
  }
  return (
    <Show when={isOpenTeam()}>
      <Show when={may("chat.post")}>
        <Button onClick={() => done(props.onTalk)}>{t("member.talk")}</Button>
      </Show>
      <Show when={may("task.dispatch")}>
        <Button onClick={() => done(props.onDispatch)}>{t("member.dispatch")}</Button>
      </Show>
      <Show when={may("member.pause")}>
        <Button busy={hold.isBusy()} onClick={() => void hold.run()}>
          {t(isHeldBack() ? "member.resume" : "member.pause")}
        </Button>
      </Show>
      <Show when={hold.failure()}>{(failure) => <p role="alert">{failureText(failure())}</p>}</Show>
    </Show>
  )
}
