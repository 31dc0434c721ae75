import { A } from "@solidjs/router"
import type { TeamDoc } from "@muster/contracts"
import Ellipsis from "lucide-solid/icons/ellipsis"
import { Show } from "solid-js"
import { t } from "#src/i18n/index.ts"
import { millisOf } from "#src/lib/time.ts"
import { Badge } from "#src/parts/badge.tsx"
import { Menu } from "#src/parts/menu.tsx"
import { RelativeTime } from "#src/parts/relative-time.tsx"
import { StateIcon } from "#src/parts/state-icon.tsx"
import { SHAPES } from "#src/parts/state-table.ts"
import { may } from "#src/session/may.ts"
import type { TeamNumbers } from "#src/pages/teams/team-numbers.ts"

export interface TeamRowProps {
  readonly team: TeamDoc
  /** Undefined until they are known: no number is made up. */
  readonly numbers: TeamNumbers | undefined
  readonly onArchive: () => void
  readonly onRestore: () => void
}

/** One team in the list. Its name is the link; the whole row follows it. */
export function TeamRow(props: TeamRowProps) {
  const count = (of: (numbers: TeamNumbers) => number) => {
    const known = props.numbers
    if (known === undefined) return ""
    return known.isPartial ? t("teams.at-least", { n: of(known) }) : String(of(known))
  }
  return (
    <tr>
      <th scope="row">
        <div data-slot="team">
          <A href={`/teams/${encodeURIComponent(props.team.id)}/live`} data-slot="name">
            {props.team.name}
          </A>
          <Show when={props.team.halts.length > 0}>
            <Badge tone="danger" icon={<StateIcon shape={SHAPES.octagon} />}>
              {t("teams.halted")}
            </Badge>
          </Show>
          <Show when={props.team.isDraining}>
            <Badge icon={<StateIcon shape={SHAPES.bars} />}>{t("teams.draining")}</Badge>
          </Show>
          <Show when={props.team.isPaused}>
            <Badge icon={<StateIcon shape={SHAPES.bars} />}>{t("teams.paused")}</Badge>
          </Show>
          <Show when={props.team.description !== ""}>
            <p>{props.team.description}</p>
          </Show>
        </div>
      </th>
      <td data-label={t("teams.column-online")}>
        <Show when={props.numbers}>
          {(numbers) => <>{t("teams.online", { n: numbers().online, of: numbers().members })}</>}
        </Show>
      </td>
      <td data-label={t("teams.column-running")}>{count((numbers) => numbers.running)}</td>
      <td data-label={t("teams.column-needs")}>
        <Show when={(props.numbers?.needsYou ?? 0) > 0} fallback={count((numbers) => numbers.needsYou)}>
          <Badge tone="warning" icon={<StateIcon shape={SHAPES.triangle} />}>
            {count((numbers) => numbers.needsYou)}
          </Badge>
        </Show>
      </td>
      <td data-label={t("teams.column-tasks")}>{props.team.taskCount}</td>
      <td data-label={t("teams.column-created")}>
        <RelativeTime at={millisOf(props.team.createdAt)} />
      </td>
      <td>
        <Show when={may("team.archive")}>
          <Menu
            items={[
              props.team.isArchived
                ? { label: t("teams.restore"), run: () => props.onRestore() }
                : { label: t("teams.archive"), danger: true, run: () => props.onArchive() },
            ]}
            trigger={{
              "data-component": "icon-button",
              "aria-label": t("teams.actions", { team: props.team.name }),
            }}
          >
            <Ellipsis size={16} aria-hidden="true" />
          </Menu>
        </Show>
      </td>
    </tr>
  )
}
