import type { TeamDoc } from "@muster/contracts"
import { For } from "solid-js"
import { t } from "#src/i18n/index.ts"
import { Table } from "#src/parts/table.tsx"
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
    <Table
      slot="team-list"
      columns={[
        t("teams.column-team"),
        t("teams.column-online"),
        t("teams.column-running"),
        t("teams.column-needs"),
        t("teams.column-tasks"),
        t("teams.column-created"),
      ]}
      hasActions
    >
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
    </Table>
  )
}
