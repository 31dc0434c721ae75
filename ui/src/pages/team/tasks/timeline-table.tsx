import { For, Show } from "solid-js"
import { t } from "#src/i18n/index.ts"
import { absoluteTime, durationText } from "#src/lib/time.ts"
import { TIMELINE_TABLE_ROWS } from "#src/limits.ts"
import { StateBadge } from "#src/parts/state-badge.tsx"
import { Table } from "#src/parts/table.tsx"
import { targetLabel, taskLabel, taskName } from "#src/team/names.ts"
import { useTeamSource } from "#src/team/source.ts"
import { taskLook } from "#src/team/task-look.ts"
import type { Stretch } from "#src/pages/team/tasks/time-scale.ts"
import type { TimelineRow } from "#src/pages/team/tasks/timeline-rows.ts"

const lengthText = (stretch: Stretch | undefined): string =>
  stretch === undefined ? "" : durationText(stretch.toMillis - stretch.fromMillis)

/** The same as the timeline, in words and numbers; the newest first. */
export function TimelineTable(props: {
  readonly rows: ReadonlyArray<TimelineRow>
  readonly onOpen: (id: string) => void
}) {
  const source = useTeamSource()
  const shown = () => props.rows.toReversed().slice(0, TIMELINE_TABLE_ROWS)
  return (
    <div data-slot="scroller" tabindex="0" role="region" aria-label={t("timeline-view.label")}>
      <Table
        columns={[
          t("tasks.column-task"),
          t("tasks.column-member"),
          t("tasks.column-state"),
          t("timeline-view.column-dispatched"),
          t("timeline-view.column-waited"),
          t("timeline-view.column-worked"),
          t("timeline-view.column-after"),
        ]}
      >
        <For each={shown()}>
          {({ task, queued, work }) => {
            const look = () => taskLook(task, source.view, source.now())
            return (
              <tr>
                <th scope="row">
                  <button type="button" data-slot="task-link" data-task={task.id} onClick={() => props.onOpen(task.id)}>
                    {t("panel.label", { task: taskLabel(task.number), title: task.title })}
                  </button>
                </th>
                <td>{targetLabel(source.view, task)}</td>
                <td>
                  <StateBadge state={look().state} detail={look().detail} />
                </td>
                <td>{absoluteTime(queued.fromMillis)}</td>
                <td>{lengthText(queued)}</td>
                <td>{lengthText(work)}</td>
                <td>{task.after.map((id) => taskName(source.view, id)).join(", ")}</td>
              </tr>
            )
          }}
        </For>
      </Table>
      <Show when={props.rows.length > TIMELINE_TABLE_ROWS}>
        <p data-slot="hint">{t("timeline-view.table-cut", { n: TIMELINE_TABLE_ROWS })}</p>
      </Show>
    </div>
  )
}
