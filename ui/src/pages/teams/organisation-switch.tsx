import { Show, createResource, createSignal } from "solid-js"
import { commands } from "#src/api/commands.ts"
import { failureOf } from "#src/api/failure.ts"
import { reads } from "#src/api/reads.ts"
import { t } from "#src/i18n/index.ts"
import { Banner } from "#src/parts/banner.tsx"
import { Button } from "#src/parts/button.tsx"
import { may } from "#src/session/may.ts"
import { HaltDialog } from "#src/team/halt-dialog.tsx"
import type { HaltRequest } from "#src/team/halt-dialog.tsx"
import { ReleaseDialog } from "#src/team/release-dialog.tsx"

export interface OrganisationSwitchProps {
  /** Called with the position from which the teams show it. */
  readonly onChanged: (position: string) => void
}

/** The kill switch of the organisation: loud when it is on, one button for owners when it is not. */
export function OrganisationSwitch(props: OrganisationSwitchProps) {
  const [organisation, { refetch }] = createResource(async () => {
    try {
      return await reads.readOrganisation({})
    } catch (error) {
      // What is wrong the list of teams below says; this line only stays away. What nobody foresaw is thrown on.
      failureOf(error)
      return undefined
    }
  })
  const [asked, setAsked] = createSignal<"halt" | "release">()
  const close = (isOpen: boolean) => {
    if (!isOpen) setAsked(undefined)
  }
  const done = async (position: string) => {
    await refetch()
    props.onChanged(position)
  }
  const halt = async (body: HaltRequest) => done((await commands.haltOrganisation({ body })).position)
  const release = async (reason: string) => done((await commands.releaseOrganisation({ body: { reason } })).position)
  return (
    <>
      <Show when={organisation.latest?.isHalted}>
        <Banner
          tone="danger"
          action={
            <Show when={may("organisation.halt")}>
              <Button onClick={() => setAsked("release")}>{t("halt.release")}</Button>
            </Show>
          }
        >
          <strong>{t("halt.on.organisation")}</strong> {organisation.latest?.haltReason}
        </Banner>
      </Show>
      <Show when={may("organisation.halt") && organisation.latest?.isHalted === false}>
        <div data-component="organisation-switch">
          <Button variant="ghost" onClick={() => setAsked("halt")}>
            {t("halt.throw-all")}
          </Button>
        </div>
      </Show>
      <HaltDialog open={asked() === "halt"} onOpenChange={close} title={t("halt.throw-all-title")} onConfirm={halt} />
      <ReleaseDialog open={asked() === "release"} onOpenChange={close} onConfirm={release} />
    </>
  )
}
