import { Show, createSignal } from "solid-js"
import { commands } from "#src/api/commands.ts"
import { t } from "#src/i18n/index.ts"
import { Button } from "#src/parts/button.tsx"
import { may } from "#src/session/may.ts"
import { HaltDialog } from "#src/team/halt-dialog.tsx"
import type { HaltRequest } from "#src/team/halt-dialog.tsx"
import { useLiveTeam } from "#src/team/live-team.ts"
import { ReleaseDialog } from "#src/team/release-dialog.tsx"

/** Stops everything in the team at once, and lets it go on. */
export function KillSwitchSection() {
  const team = useLiveTeam()
  const [asked, setAsked] = createSignal<"halt" | "release">()
  const params = { team: team.teamId }
  const isOn = () => team.view.team?.halts.some((halt) => halt.by === "team") === true
  const halt = async (body: HaltRequest) => void (await commands.haltTeam({ params, body }))
  const release = async (reason: string) => void (await commands.releaseTeam({ params, body: { reason } }))
  const close = (isOpen: boolean) => {
    if (!isOpen) setAsked(undefined)
  }
  return (
    <section>
      <h2>{t("halt.title")}</h2>
      <p>{isOn() ? t("halt.release-detail") : t("halt.detail")}</p>
      <Show when={may("team.halt")} fallback={<p data-slot="note">{t("halt.owners")}</p>}>
        <Show when={isOn()} fallback={<Button onClick={() => setAsked("halt")}>{t("halt.throw")}</Button>}>
          <Button variant="primary" onClick={() => setAsked("release")}>
            {t("halt.release")}
          </Button>
        </Show>
      </Show>
      <HaltDialog
        open={asked() === "halt"}
        onOpenChange={close}
        title={t("halt.throw-title", { team: team.view.team?.name ?? "" })}
        onConfirm={halt}
      />
      <ReleaseDialog open={asked() === "release"} onOpenChange={close} onConfirm={release} />
    </section>
  )
}
