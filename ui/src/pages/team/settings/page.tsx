import { DESCRIPTION_MAX_CHARS, NAME_MAX_CHARS } from "@muster/domain"
import { Show, createEffect, createSignal, on } from "solid-js"
import { createAction } from "#src/api/action.ts"
import { commands } from "#src/api/commands.ts"
import { failureText } from "#src/api/failure.ts"
import { t } from "#src/i18n/index.ts"
import { absoluteTime, millisOf } from "#src/lib/time.ts"
import { Banner } from "#src/parts/banner.tsx"
import { Button } from "#src/parts/button.tsx"
import { CopyButton } from "#src/parts/copy-button.tsx"
import { Skeleton } from "#src/parts/skeleton.tsx"
import { TextArea, TextField } from "#src/parts/text-field.tsx"
import { showToast } from "#src/parts/toast.tsx"
import { may } from "#src/session/may.ts"
import { ArchiveDialog } from "#src/team/archive-dialog.tsx"
import { useLiveTeam } from "#src/team/live-team.ts"
import { KillSwitchSection } from "#src/pages/team/settings/kill-switch.tsx"
import { LimitsSection, ModelSection } from "#src/pages/team/settings/model-and-limits.tsx"
import { MembersSection } from "#src/pages/team/settings/members.tsx"
import { WorkSection } from "#src/pages/team/settings/work.tsx"
import "./page.css"

/** What a team is called, whether it works, whether it is over. */
export default function TeamSettingsPage() {
  const team = useLiveTeam()
  return (
    <Show when={team.view.team} fallback={<Skeleton lines={6} />}>
      <div data-component="settings">
        <Profile />
        <MembersSection />
        <ModelSection />
        <LimitsSection />
        <WorkSection />
        <KillSwitchSection />
        <End />
        <Facts />
      </div>
    </Show>
  )
}

function Profile() {
  const team = useLiveTeam()
  const [name, setName] = createSignal(team.view.team?.name ?? "")
  const [description, setDescription] = createSignal(team.view.team?.description ?? "")
  // Somebody else changed it: what was not touched here follows.
  createEffect(
    on(
      () => [team.view.team?.name, team.view.team?.description] as const,
      ([newName, newDescription], before) => {
        if (before === undefined) return
        if (name() === before[0]) setName(newName ?? "")
        if (description() === before[1]) setDescription(newDescription ?? "")
      },
    ),
  )
  const isChanged = () => name().trim() !== team.view.team?.name || description() !== team.view.team?.description
  const isOpen = () => may("team.edit") && team.view.team?.isArchived === false
  const save = createAction(async () => {
    const body = { name: name().trim(), description: description() }
    await commands.editTeam({ params: { team: team.teamId }, body })
    showToast({ tone: "success", title: t("settings.saved") })
  })
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    if (isChanged() && name().trim() !== "") void save.run()
  }
  return (
    <section>
      <h2>{t("settings.profile")}</h2>
      <Show when={!may("team.edit")}>
        <p data-slot="note">{t("settings.no-rights")}</p>
      </Show>
      <form onSubmit={submit}>
        <TextField
          label={t("team-form.name")}
          error={save.failure()?.fields["/name"]}
          value={name()}
          maxLength={NAME_MAX_CHARS}
          disabled={!isOpen()}
          onInput={setName}
        />
        <TextArea
          label={t("team-form.description")}
          error={save.failure()?.fields["/description"]}
          value={description()}
          maxLength={DESCRIPTION_MAX_CHARS}
          disabled={!isOpen()}
          onInput={setDescription}
        />
        <Show when={save.failure()}>{(failure) => <Banner tone="danger">{failureText(failure())}</Banner>}</Show>
        <Show when={isOpen()}>
          <Button type="submit" variant="primary" busy={save.isBusy()} disabled={!isChanged() || name().trim() === ""}>
            {t("common.save")}
          </Button>
        </Show>
      </form>
    </section>
  )
}

function End() {
  const team = useLiveTeam()
  const [isAsking, setAsking] = createSignal(false)
  const params = { team: team.teamId }
  const restore = createAction(async () => void (await commands.restoreTeam({ params })))
  return (
    <section>
      <h2>{t("settings.end")}</h2>
      <p>{team.view.team?.isArchived === true ? t("settings.restore-detail") : t("settings.archive-detail")}</p>
      <Show when={may("team.archive")} fallback={<p data-slot="note">{t("settings.owners")}</p>}>
        <Show
          when={team.view.team?.isArchived}
          fallback={<Button onClick={() => setAsking(true)}>{t("settings.archive")}</Button>}
        >
          <Button variant="primary" busy={restore.isBusy()} onClick={() => void restore.run()}>
            {t("settings.restore")}
          </Button>
        </Show>
      </Show>
      <Show when={restore.failure()}>{(failure) => <Banner tone="danger">{failureText(failure())}</Banner>}</Show>
      <ArchiveDialog
        team={isAsking() ? { id: team.teamId, name: team.view.team?.name ?? "" } : undefined}
        onClose={() => setAsking(false)}
        onArchived={() => void setAsking(false)}
      />
    </section>
  )
}

function Facts() {
  const team = useLiveTeam()
  return (
    <section>
      <h2>{t("settings.facts")}</h2>
      <dl data-numbers>
        <div>
          <dt>{t("settings.id")}</dt>
          <dd>
            <code>{team.teamId}</code>
            <CopyButton text={team.teamId} label={t("settings.copy-id")} />
          </dd>
        </div>
        <div>
          <dt>{t("settings.created")}</dt>
          <dd>{absoluteTime(millisOf(team.view.team?.createdAt ?? ""))}</dd>
        </div>
        <div>
          <dt>{t("settings.tasks")}</dt>
          <dd>{team.view.team?.taskCount}</dd>
        </div>
      </dl>
    </section>
  )
}
