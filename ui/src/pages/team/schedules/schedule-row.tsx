import type { ScheduleDoc } from "@muster/contracts"
import Ellipsis from "lucide-solid/icons/ellipsis"
import { For, Show } from "solid-js"
import { t } from "#src/i18n/index.ts"
import { absoluteTime, millisOf } from "#src/lib/time.ts"
import { Badge } from "#src/parts/badge.tsx"
import { Menu } from "#src/parts/menu.tsx"
import type { MenuItem } from "#src/parts/menu.tsx"
import { RelativeTime } from "#src/parts/relative-time.tsx"
import { StateIcon } from "#src/parts/state-icon.tsx"
import { SHAPES } from "#src/parts/state-table.ts"
import { useLiveTeam } from "#src/team/live-team.ts"
import { targetLabel } from "#src/team/names.ts"
import { nextOf } from "#src/pages/team/schedules/schedule-draft.ts"

export interface ScheduleRowProps {
  readonly schedule: ScheduleDoc
  readonly items: ReadonlyArray<MenuItem>
  readonly onOpenTask: (id: string) => void
}

/** One schedule: what it dispatches and to whom, when it comes due next, and what came of the last time. */
export function ScheduleRow(props: ScheduleRowProps) {
  const team = useLiveTeam()
  const spec = () => props.schedule.spec
  const next = () => {
    const from = Math.max(millisOf(props.schedule.after), team.now())
    return props.schedule.isPaused ? [] : (nextOf(spec(), from) ?? [])
  }
  return (
    <tr>
      <th scope="row">
        <span data-slot="name">{spec().name}</span>
        <Show when={props.schedule.isPaused}>
          <Badge icon={<StateIcon shape={SHAPES.bars} />}>{t("schedule.paused")}</Badge>
        </Show>
        <p>{t("event.TaskDispatched", { member: targetLabel(team.view, spec().task), title: spec().task.title })}</p>
      </th>
      <td data-label={t("schedule.cron")}>
        <code>{spec().cron}</code>
        <p>{spec().timeZone}</p>
      </td>
      <td data-label={t("schedule.next")}>
        <Show when={next().length > 0} fallback={t("schedule.next-none")}>
          <ol data-numbers>
            <For each={next()}>{(millis) => <li>{absoluteTime(millis)}</li>}</For>
          </ol>
        </Show>
      </td>
      <td data-label={t("schedule.last")}>
        <Show when={props.schedule.last} fallback={t("schedule.last-none")}>
          {(last) => (
            <>
              <RelativeTime at={millisOf(last().dueAt)} now={team.now()} />{" "}
              <Show when={last().taskId} fallback={t(`schedule.skipped.${last().skipped ?? "missed"}`)}>
                {(taskId) => (
                  <button type="button" data-slot="task" onClick={() => props.onOpenTask(taskId())}>
                    {t("schedule.show-task")}
                  </button>
                )}
              </Show>
            </>
          )}
        </Show>
      </td>
      <td>
        <Show when={props.items.length > 0}>
          <Menu
            items={props.items}
            trigger={{
              "data-component": "icon-button",
              "aria-label": t("schedule.actions", { name: spec().name }),
            }}
          >
            <Ellipsis size={16} aria-hidden="true" />
          </Menu>
        </Show>
      </td>
    </tr>
  )
}
