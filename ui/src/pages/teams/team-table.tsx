import type { TeamDoc } from "@muster/contracts"
import { For } from "solid-js"
import { t } from "#src/i18n/index.ts"
import type { TeamNumbers } from "#src/pages/teams/team-numbers.ts"
import { TeamRow } from "#src/pages/teams/team-row.tsx"

export interface TeamTableProps {
  readonly teams: ReadonlyArray<TeamDoc>
  readonly numbers: ReadonlyMap<string, TeamNumbers>
  readonly onArchive: (team: TeamDoc) => void
  readonly onRestore: (team: TeamDoc) => void
}

/** Teams with what they do now. */
export function TeamTable(props: TeamTableProps) {
  return (
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
        <For each={props.teams}>
          {(team) => (
            <TeamRow
              team={team}
              numbers={props.numbers.get(team.id)}
              onArchive={() => props.onArchive(team)}
              onRestore={() => props.onRestore(team)}
            />
          )}
        </For>
      </tbody>
    </table>
  )
}
