import { Show, createSignal } from "solid-js"
import { createAction } from "#src/api/action.ts"
import { commands } from "#src/api/commands.ts"
import { failureText } from "#src/api/failure.ts"
import { t } from "#src/i18n/index.ts"
import { Banner } from "#src/parts/banner.tsx"
import { Button } from "#src/parts/button.tsx"
import { may } from "#src/session/may.ts"
import { ConfirmWithReason } from "#src/team/confirm-with-reason.tsx"
import { useLiveTeam } from "#src/team/live-team.ts"

/** Whether the team takes work: paused, drained, resumed. */
export function WorkSection() {
  const team = useLiveTeam()
  const [asked, setAsked] = createSignal<"pause" | "drain">()
  const params = { team: team.teamId }
  const name = () => team.view.team?.name ?? ""
  const isAtRest = () => team.view.team?.isPaused === true || team.view.team?.isDraining === true
  const pause = async (reason: string) => void (await commands.pauseTeam({ params, body: { reason } }))
  const drain = async (reason: string) => void (await commands.drainTeam({ params, body: { reason } }))
  const resume = createAction(async () => void (await commands.resumeTeam({ params })))
  const close = (isOpen: boolean) => {
    if (!isOpen) setAsked(undefined)
  }
  return (
    <Show when={may("team.pause") && team.view.team?.isArchived === false}>
      <section>
        <h2>{t("settings.work")}</h2>
        <Show
          when={isAtRest()}
          fallback={
            <>
              <p>{t("settings.pause-detail")}</p>
              <Button onClick={() => setAsked("pause")}>{t("settings.pause")}</Button>
              <Show when={may("team.drain")}>
                <p>{t("settings.drain-detail")}</p>
                <Button onClick={() => setAsked("drain")}>{t("settings.drain")}</Button>
              </Show>
            </>
          }
        >
          <p>{team.view.team?.isDraining === true ? t("settings.drain-on") : t("settings.resume-detail")}</p>
          <Button variant="primary" busy={resume.isBusy()} onClick={() => void resume.run()}>
            {t("settings.resume")}
          </Button>
        </Show>
        <Show when={resume.failure()}>{(failure) => <Banner tone="danger">{failureText(failure())}</Banner>}</Show>
        <ConfirmWithReason
          open={asked() === "pause"}
          onOpenChange={close}
          title={t("settings.pause-title", { team: name() })}
          detail={t("settings.pause-detail")}
          submit={t("settings.pause-submit")}
          onConfirm={pause}
        />
        <ConfirmWithReason
          open={asked() === "drain"}
          onOpenChange={close}
          title={t("settings.drain-title", { team: name() })}
          detail={t("settings.drain-detail")}
          submit={t("settings.drain-submit")}
          onConfirm={drain}
        />
      </section>
    </Show>
  )
}
