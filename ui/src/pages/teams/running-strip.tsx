import { Show, createMemo } from "solid-js"
import { t, tn } from "#src/i18n/index.ts"
import { Badge } from "#src/parts/badge.tsx"
import { StateIcon } from "#src/parts/state-icon.tsx"
import { SHAPES } from "#src/parts/state-table.ts"
import { totalOf } from "#src/pages/teams/team-numbers.ts"
import type { TeamNumbers } from "#src/pages/teams/team-numbers.ts"

/** What all teams together do now, in one line. Nothing is counted before the numbers of all are known. */
export function RunningStrip(props: { readonly teams: number; readonly numbers: ReadonlyArray<TeamNumbers> }) {
  const total = createMemo(() => totalOf(props.numbers))
  return (
    <p data-component="running-strip" aria-label={t("teams.strip")} data-numbers>
      <span>{tn("teams.strip-teams", props.teams)}</span>
      <Show when={props.numbers.length >= props.teams}>
        <span>{tn("teams.strip-online", total().online)}</span>
        <span>{tn("teams.strip-running", total().running)}</span>
        <Show when={total().needsYou > 0}>
          <Badge tone="warning" icon={<StateIcon shape={SHAPES.triangle} />}>
            {tn("teams.strip-waiting", total().needsYou)}
          </Badge>
        </Show>
      </Show>
    </p>
  )
}
