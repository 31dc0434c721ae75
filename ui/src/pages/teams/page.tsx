import { useNavigate, useSearchParams } from "@solidjs/router"
import type { TeamDoc } from "@muster/contracts"
import { Show, Suspense, createEffect, createSignal, on } from "solid-js"
import { useCommands } from "#src/commands/context.ts"
import { titled } from "#src/commands/titled.ts"
import { commands } from "#src/api/commands.ts"
import { failureOf, failureText } from "#src/api/failure.ts"
import { t } from "#src/i18n/index.ts"
import { Button } from "#src/parts/button.tsx"
import { EmptyState } from "#src/parts/empty-state.tsx"
import { ErrorState } from "#src/parts/error-state.tsx"
import { Select } from "#src/parts/select.tsx"
import { Skeleton } from "#src/parts/skeleton.tsx"
import { TextField } from "#src/parts/text-field.tsx"
import { showToast } from "#src/parts/toast.tsx"
import { may } from "#src/session/may.ts"
import { Page } from "#src/shell/page.tsx"
import { ArchiveDialog } from "#src/team/archive-dialog.tsx"
import { OrganisationSwitch } from "#src/pages/teams/organisation-switch.tsx"
import { RunningStrip } from "#src/pages/teams/running-strip.tsx"
import { createTeamList, teamsWith } from "#src/pages/teams/team-numbers.ts"
import { TeamTable } from "#src/pages/teams/team-table.tsx"
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

  let searchBox: HTMLElement | undefined
  useCommands(() => [
    ...(may("team.create")
      ? [{ id: "teams.new", ...titled("teams.new"), group: "act" as const, keys: "n", run: startTeam }]
      : []),
    { id: "teams.search", ...titled("teams.search"), group: "act", keys: "/", run: () => searchBox?.focus() },
  ])
  const [words, setWords] = createSignal("")
  const shown = () => teamsWith(list.teams() ?? [], words())
  const waiting = () => [...list.numbers().values()].reduce((sum, each) => sum + each.needsYou, 0)
  const archived = async (team: string, position: string) => {
    showToast({ tone: "success", title: t("archive.done", { team }) })
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
      {/* It waits for an answer of its own: the page does not. */}
      <Suspense>
        <OrganisationSwitch onChanged={(position) => void list.reload(position)} />
      </Suspense>
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
                <Show when={!isArchived()}>
                  <RunningStrip teams={teams().length} numbers={[...list.numbers().values()]} />
                </Show>
                <Show when={teams().length > 1 || words() !== ""}>
                  <div data-component="team-search">
                    <TextField
                      label={t("teams.search")}
                      hideLabel
                      type="search"
                      placeholder={t("teams.search")}
                      value={words()}
                      onInput={setWords}
                      inputRef={(element) => (searchBox = element)}
                      onKeyDown={(event) => {
                        if (event.key === "Escape") setWords("")
                      }}
                    />
                  </div>
                </Show>
                <Show
                  when={shown().length > 0}
                  fallback={
                    <EmptyState
                      icon={Users}
                      title={t("teams.none-found", { words: words() })}
                      detail={t("teams.none-found-detail")}
                      action={<Button onClick={() => setWords("")}>{t("teams.clear-search")}</Button>}
                    />
                  }
                >
                  <TeamTable
                    teams={shown()}
                    numbers={list.numbers()}
                    onArchive={setLeaving}
                    onRestore={(team) => void restore(team)}
                  />
                </Show>
              </Show>
            )}
          </Show>
        }
      >
        {(failure) => (
          <ErrorState
            title={t("teams.failed")}
            detail={failureText(failure())}
            errorId={failure().requestId}
            onRetry={() => void list.reload()}
          />
        )}
      </Show>
      <ArchiveDialog
        team={leaving()}
        onClose={() => setLeaving(undefined)}
        onArchived={(position) => archived(leaving()?.name ?? "", position)}
      />
    </Page>
  )
}
