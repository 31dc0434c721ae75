import { createEffect, createSignal, on, Show } from "solid-js"
import { createAction } from "#src/api/action.ts"
import { commands } from "#src/api/commands.ts"
import { failureText } from "#src/api/failure.ts"
import { t } from "#src/i18n/index.ts"
import { readTokens, showTokens } from "#src/pages/team/settings/run-tokens-text.ts"
import { Banner } from "#src/parts/banner.tsx"
import { Button } from "#src/parts/button.tsx"
import { TextField } from "#src/parts/text-field.tsx"
import { showToast } from "#src/parts/toast.tsx"
import { may } from "#src/session/may.ts"
import { useLiveTeam } from "#src/team/live-team.ts"

/** How many tokens a task and all it dispatches may use before nothing more is dispatched. */
export function RunTokens() {
  const team = useLiveTeam()
  const limit = () => team.view.team?.runTokensMax
  const [typed, setTyped] = createSignal(showTokens(limit()))
  // Somebody else changed it: what was not touched here follows.
  createEffect(
    on(limit, (now, before) => {
      if (typed() === showTokens(before)) setTyped(showTokens(now))
    }),
  )
  const isOpen = () => may("team.edit") && team.view.team?.isArchived === false
  const wanted = () => readTokens(typed())
  const isChanged = () => wanted() !== undefined && wanted() !== (limit() ?? 0)
  const save = createAction(async () => {
    await commands.editTeam({ params: { team: team.teamId }, body: { runTokensMax: wanted() ?? 0 } })
    showToast({ tone: "success", title: t("settings.saved") })
  })
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    if (isChanged()) void save.run()
  }
  return (
    <form onSubmit={submit}>
      <TextField
        label={t("settings.run-tokens")}
        hint={t("settings.run-tokens-hint")}
        error={wanted() === undefined ? t("settings.run-tokens-wrong") : undefined}
        value={typed()}
        disabled={!isOpen()}
        autocomplete="off"
        onInput={setTyped}
      />
      <Show when={save.failure()}>{(failure) => <Banner tone="danger">{failureText(failure())}</Banner>}</Show>
      <Show when={isOpen()}>
        <Button type="submit" variant="primary" busy={save.isBusy()} disabled={!isChanged()}>
          {t("common.save")}
        </Button>
      </Show>
    </form>
  )
}
