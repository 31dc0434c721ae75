import { For, Show } from "solid-js"
import { t } from "#src/i18n/index.ts"
import { absoluteTime, durationText } from "#src/lib/time.ts"
import { StateIcon } from "#src/parts/state-icon.tsx"
import { TASK_STATES } from "#src/parts/state-table.ts"
import { targetLabel, taskLabel, taskName } from "#src/team/names.ts"
import { useTeamSource } from "#src/team/source.ts"
import { taskLook } from "#src/team/task-look.ts"
import { inSight } from "#src/pages/team/tasks/time-scale.ts"
import type { Sight, Stretch, TimeScale } from "#src/pages/team/tasks/time-scale.ts"
import type { TimelineRow } from "#src/pages/team/tasks/timeline-rows.ts"
import "#src/parts/row-button.css"

export interface TimelineRowProps {
  readonly row: TimelineRow
  readonly top: number
  readonly position: number
  readonly of: number
  readonly scale: TimeScale
  readonly sight: Sight
  readonly isOpen: boolean
  readonly isSelected: boolean
  readonly onOpen: (id: string) => void
}

const lengthText = ({ fromMillis, toMillis }: Stretch): string => durationText(toMillis - fromMillis)

/** One task of the timeline: its name, how long it waited, how long it worked. The whole line is one button. */
export function TimelineRowView(props: TimelineRowProps) {
  const source = useTeamSource()
  const task = () => props.row.task
  const look = () => taskLook(task(), source.view, source.now())
  const bars = () => [
    { kind: "queued", stretch: props.row.queued },
    ...(props.row.work === undefined ? [] : [{ kind: "work", stretch: props.row.work }]),
  ]
  const place = (millis: number) => inSight(props.scale.project(millis), props.sight)
  const spot = ({ fromMillis, toMillis }: Stretch) => {
    const left = Math.min(1, Math.max(0, place(fromMillis)))
    const right = Math.min(1, Math.max(0, place(toMillis)))
    return { left: `${left * 100}%`, width: `${Math.max(0, right - left) * 100}%` }
  }
  const words = () => {
    const { queued, work } = props.row
    const waited = t("timeline-view.waited", { time: lengthText(queued) })
    const parts = [
      t(TASK_STATES[look().state].word),
      t("timeline-view.dispatched", { time: absoluteTime(queued.fromMillis) }),
      ...(work === undefined ? [waited] : [waited, t("timeline-view.worked", { time: lengthText(work) })]),
      ...task().after.map((id) => t("timeline-view.after", { task: taskName(source.view, id) })),
    ]
    return parts.join(", ")
  }
  return (
    <div role="listitem" aria-setsize={props.of} aria-posinset={props.position} style={{ top: `${props.top}px` }}>
      <button
        type="button"
        data-component="timeline-row"
        data-variant="row"
        data-task={task().id}
        data-open={props.isOpen}
        data-selected={props.isSelected}
        aria-expanded={props.isOpen}
        onClick={() => props.onOpen(task().id)}
      >
        <span data-slot="name" data-tone={TASK_STATES[look().state].tone}>
          <StateIcon shape={TASK_STATES[look().state].shape} />
          <span data-slot="number">{taskLabel(task().number)}</span>
          <span data-slot="title" title={task().title}>
            {task().title}
          </span>
          <span data-slot="member">{targetLabel(source.view, task())}</span>
        </span>
        <span data-slot="track">
          <For each={bars()}>
            {(bar) => (
              <span
                data-slot="stretch"
                data-kind={bar.kind}
                data-tone={TASK_STATES[look().state].tone}
                style={spot(bar.stretch)}
                title={t(bar.kind === "work" ? "timeline-view.worked" : "timeline-view.waited", {
                  time: lengthText(bar.stretch),
                })}
              />
            )}
          </For>
        </span>
        <span class="visually-hidden">{words()}</span>
        <Show when={props.isSelected}>
          <span class="visually-hidden">{t("common.is-selected")}</span>
        </Show>
      </button>
    </div>
  )
}
