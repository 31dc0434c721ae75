import type { FeedEvent } from "@muster/contracts"
import { entityId } from "@muster/projections"
import { Show } from "solid-js"
import type { JSX } from "solid-js"
import { t } from "#src/i18n/index.ts"
import { hinted } from "#src/lib/hint.ts"
import { absoluteTime, clockTime, millisOf, readablePosition } from "#src/lib/time.ts"
import { StateIcon } from "#src/parts/state-icon.tsx"
import { eventLook } from "#src/team/history/event-look.ts"
import { sentenceOf } from "#src/team/history/sentence.ts"
import { actorName, taskName } from "#src/team/names.ts"
import { useTeamSource } from "#src/team/source.ts"
import "#src/parts/badge.css"
import "./event-row.css"

export interface EventLineProps {
  readonly event: FeedEvent
  /** Opens the task that the event belongs to. */
  readonly onOpenTask?: (id: string) => void
}

const taskOf = (event: FeedEvent): string | undefined =>
  event.stream.startsWith("task-") ? entityId(event.stream) : undefined

/** One event as a line: where in the log, what it says, about which task, by whom, when. */
export function EventLine(props: EventLineProps): JSX.Element {
  const source = useTeamSource()
  const look = () => eventLook(props.event.type)
  return (
    <span data-component="event-line" data-tone={look().tone}>
      <span
        ref={hinted(() => t("history.position", { position: readablePosition(props.event.position) }))}
        data-slot="position"
      >
        {readablePosition(props.event.position)}
      </span>
      <StateIcon shape={look().shape} />
      <span data-slot="what">
        <Show when={taskOf(props.event)}>
          {(id) => (
            <Show when={props.onOpenTask} fallback={<span data-slot="task">{taskName(source.view, id())}</span>}>
              {(open) => (
                <button type="button" data-slot="task" onClick={() => open()(id())}>
                  {taskName(source.view, id())}
                </button>
              )}
            </Show>
          )}
        </Show>
        <span data-slot="text">{sentenceOf(props.event, source.view)}</span>
      </span>
      <span data-slot="who">{actorName(source.view, props.event.meta.actor)}</span>
      <time ref={hinted(() => absoluteTime(millisOf(props.event.at)))} datetime={props.event.at}>
        {clockTime(millisOf(props.event.at))}
      </time>
    </span>
  )
}
