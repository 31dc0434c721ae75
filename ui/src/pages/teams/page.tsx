import { useNavigate, useSearchParams } from "@solidjs/router"
import type { TeamDoc } from "@muster/contracts"
import { For, Show, createEffect, createSignal, on } from "solid-js"
import { useCommands } from "#src/commands/context.ts"
import { commands } from "#src/api/commands.ts"
import { failureOf, failureText } from "#src/api/failure.ts"
import { t } from "#src/i18n/index.ts"
import { Button } from "#src/parts/button.tsx"
import { EmptyState } from "#src/parts/empty-state.tsx"
import { ErrorState } from "#src/parts/error-state.tsx"
import { Select } from "#src/parts/select.tsx"
import { Skeleton } from "#src/parts/skeleton.tsx"
import { showToast } from "#src/parts/toast.tsx"
import { may } from "#src/session/may.ts"
import { Page } from "#src/shell/page.tsx"
import { ConfirmWithReason } from "#src/team/confirm-with-reason.tsx"
import { OrganisationSwitch } from "#src/pages/teams/organisation-switch.tsx"
import { createTeamList } from "#src/pages/teams/team-numbers.ts"
import { TeamRow } from "#src/pages/teams/team-row.tsx"
import Users from "lucide-solid/icons/users"
import "./page.css"

/** All teams of the organisation. */
export default function TeamsPage() {
  const navigate = useNavigate()
  const [search, setSearch] = useSearchParams<{ archived?: string }>()
  const isArchived = () => search.archived === "true"
  const list = createTeamList(isArchived)
  const startTeam = () => navigate("/teams/new")
  const [leaving, setLeaving] = createSignal<TeamDoc>()
  createEffect(on(isArchived, () => void list.reload()))

  useCommands(() =>
    may("team.create") ? [{ id: "teams.new", title: t("teams.new"), group: "act", keys: "n", run: startTeam }] : [],
  )
  const waiting = () => [...list.numbers().values()].reduce((sum, each) => sum + each.needsYou, 0)
  const archive = async (team: TeamDoc | undefined, reason: string) => {
    if (team === undefined) return
    const { position } = await commands.archiveTeam({ params: { team: team.id }, body: { reason } })
    showToast({ tone: "success", title: t("archive.done", { team: team.name }) })
    await list.reload(position)
  }
  const restore = async (team: TeamDoc) => {
    try {
      const { position } = await commands.restoreTeam({ params: { team: team.id } })
      showToast({ tone: "success", title: t("teams.restored", { team: team.name }) })
      await list.reload(position)
    } catch (error) {
      showToast({ tone: "danger", title: team.name, detail: failureText(failureOf(error)) })
    }
  }

  return (
    <Page
      title={t("teams.title")}
      waiting={waiting()}
      actions={
        <>
          <Select
            label={t("teams.show")}
            hideLabel
            value={isArchived() ? "archived" : "current"}
            options={[
              { value: "current", label: t("teams.current") },
              { value: "archived", label: t("teams.archived") },
            ]}
            onChange={(value) => setSearch({ archived: value === "archived" ? "true" : undefined })}
          />
          <Show when={may("team.create")}>
            <Button variant="primary" onClick={startTeam}>
              {t("teams.new")}
            </Button>
          </Show>
        </>
      }
    >
      <OrganisationSwitch onChanged={(position) => void list.reload(position)} />
      <Show
        when={list.failure()}
        fallback={
          <Show when={list.teams()} fallback={<Skeleton lines={5} />}>
            {(teams) => (
              <Show
                when={teams().length > 0}
                fallback={
                  <EmptyState
                    icon={Users}
                    title={isArchived() ? t("teams.empty-archived") : t("teams.empty")}
                    {...(isArchived() ? {} : { detail: t("teams.empty-detail") })}
                    action={
                      <Show when={may("team.create") && !isArchived()}>
                        <Button variant="primary" onClick={startTeam}>
                          {t("teams.new")}
                        </Button>
                      </Show>
                    }
                  />
                }
              >
                <table data-component="team-list">
                  <thead>
                    <tr>
                      <th scope="col">{t("teams.column-team")}</th>
                      <th scope="col">{t("teams.column-online")}</th>
                      <th scope="col">{t("teams.column-running")}</th>
                      <th scope="col">{t("teams.column-needs")}</th>
                      <th scope="col">{t("teams.column-tasks")}</th>
                      <th scope="col">{t("teams.column-created")}</th>
                      <th scope="col">
                        <span class="visually-hidden">{t("common.more")}</span>
                      </th>
                    </tr>
                  </thead>
                  <tbody>
                    <For each={teams()}>
                      {(team) => (
                        <TeamRow
                          team={team}
                          numbers={list.numbers().get(team.id)}
                          onArchive={() => setLeaving(team)}
                          onRestore={() => void restore(team)}
                        />
                      )}
                    </For>
                  </tbody>
                </table>
              </Show>
            )}
          </Show>
        }
      >
        {(failure) => (
          <ErrorState
            title={t("teams.failed")}
            detail={failureText(failure())}
            {...(failure().requestId === undefined ? {} : { errorId: failure().requestId ?? "" })}
            onRetry={() => void list.reload()}
          />
        )}
      </Show>
      <ConfirmWithReason
        open={leaving() !== undefined}
        onOpenChange={(open) => !open && setLeaving(undefined)}
        title={t("archive.title", { team: leaving()?.name ?? "" })}
        detail={t("archive.detail")}
        submit={t("archive.submit")}
        onConfirm={(reason) => archive(leaving(), reason)}
      />
    </Page>
  )
}
