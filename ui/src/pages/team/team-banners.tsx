import { isTeamDrained } from "@muster/projections"
import { For, Show, createMemo, createSignal } from "solid-js"
import { createAction } from "#src/api/action.ts"
import { commands } from "#src/api/commands.ts"
import { t, tn } from "#src/i18n/index.ts"
import { Banner } from "#src/parts/banner.tsx"
import { Button } from "#src/parts/button.tsx"
import { may } from "#src/session/may.ts"
import { StatusBanner } from "#src/shell/status-line.tsx"
import { teamCounts } from "#src/team/counts.ts"
import { useLiveTeam } from "#src/team/live-team.ts"
import { ReleaseDialog } from "#src/team/release-dialog.tsx"

/** What holds for the whole team: the line is down, a kill switch is on, it drains, it is paused, it is archived. */
export function TeamBanners(props: { readonly isReplay: boolean }) {
  const team = useLiveTeam()
  const params = { team: team.teamId }
  const [isReleasing, setReleasing] = createSignal(false)
  const resume = createAction(async () => void (await commands.resumeTeam({ params })))
  const restore = createAction(async () => void (await commands.restoreTeam({ params })))
  const release = async (reason: string) => void (await commands.releaseTeam({ params, body: { reason } }))
  const pausedText = () => {
    const reason = team.view.team?.pausedReason ?? ""
    return reason === "" ? t("team.paused") : t("team.paused-reason", { reason })
  }
  const drainText = createMemo(() => {
    if (isTeamDrained(team.raw())) return t("team.drained")
    return tn("team.draining", teamCounts(team.raw()).running)
  })
  const isNow = () => !props.isReplay && team.view.team !== null
  return (
    <>
      <Show when={team.status().kind !== "session-ended"}>
        <StatusBanner status={team.status()} onRetry={team.retry} onSignIn={team.retry} />
      </Show>
      <Show when={isNow()}>
        <For each={team.view.team?.halts ?? []}>
          {(halt) => (
            <Banner
              tone="danger"
              action={
                <Show when={halt.by === "team" && may("team.halt")}>
                  <Button onClick={() => setReleasing(true)}>{t("halt.release")}</Button>
                </Show>
              }
            >
              <strong>{t(`halt.on.${halt.by}`)}</strong> {halt.reason}
            </Banner>
          )}
        </For>
        <ReleaseDialog open={isReleasing()} onOpenChange={setReleasing} onConfirm={release} />
      </Show>
      <Show when={isNow() && team.view.team?.isArchived}>
        <Banner
          tone="info"
          action={
            <Show when={may("team.archive")}>
              <Button busy={restore.isBusy()} onClick={() => void restore.run()}>
                {t("team.restore")}
              </Button>
            </Show>
          }
        >
          {t("team.archived")}
        </Banner>
      </Show>
      <Show when={isNow() && (team.view.team?.isPaused || team.view.team?.isDraining) && !team.view.team.isArchived}>
        <Banner
          tone="warning"
          action={
            <Show when={may("team.pause")}>
              <Button busy={resume.isBusy()} onClick={() => void resume.run()}>
                {t("team.resume")}
              </Button>
            </Show>
          }
        >
          {team.view.team?.isDraining === true ? drainText() : pausedText()}
        </Banner>
      </Show>
    </>
  )
}
