import Pin from "lucide-solid/icons/pin"
import PinOff from "lucide-solid/icons/pin-off"
import { For, Show } from "solid-js"
import { t } from "#src/i18n/index.ts"
import { IconButton } from "#src/parts/icon-button.tsx"
import { initials } from "#src/parts/initials.ts"
import { RailLink } from "#src/shell/rail-link.tsx"
import { isPinned, pinnedTeams, recentTeams, togglePin } from "#src/shell/teams-memory.ts"
import type { RememberedTeam } from "#src/shell/teams-memory.ts"

/** The teams a person comes back to: those pinned, then those opened last. */
export function RailTeams(props: { readonly collapsed: boolean }) {
  const isEmpty = () => pinnedTeams().length + recentTeams().length === 0
  return (
    <>
      <TeamList title={t("shell.pinned")} teams={pinnedTeams()} collapsed={props.collapsed} />
      <TeamList title={t("shell.recent")} teams={recentTeams()} collapsed={props.collapsed} />
      <Show when={isEmpty() && !props.collapsed}>
        <p data-slot="note">{t("shell.no-teams")}</p>
      </Show>
    </>
  )
}

interface TeamListProps {
  readonly title: string
  readonly teams: ReadonlyArray<RememberedTeam>
  readonly collapsed: boolean
}

function TeamList(props: TeamListProps) {
  return (
    <Show when={props.teams.length > 0}>
      <h2 data-slot="group">{props.title}</h2>
      <ul>
        <For each={props.teams}>
          {(team) => (
            <RailLink
              href={`/teams/${encodeURIComponent(team.id)}`}
              label={team.name}
              icon={<span data-slot="initials">{initials(team.name)}</span>}
              collapsed={props.collapsed}
              aside={
                <IconButton
                  icon={isPinned(team.id) ? PinOff : Pin}
                  label={t(isPinned(team.id) ? "shell.unpin" : "shell.pin", { team: team.name })}
                  placement="right"
                  data-slot="pin"
                  onClick={() => togglePin(team)}
                />
              }
            />
          )}
        </For>
      </ul>
    </Show>
  )
}
