import type { FeedEvent } from "@muster/contracts"
import { A } from "@solidjs/router"
import ChevronRight from "lucide-solid/icons/chevron-right"
import Rewind from "lucide-solid/icons/rewind"
import { Show } from "solid-js"
import { t, tn } from "#src/i18n/index.ts"
import { readablePosition } from "#src/lib/time.ts"
import { EventLine } from "#src/team/history/event-row.tsx"
import { useTeamSource } from "#src/team/source.ts"
import type { CompactRow, Group } from "#src/pages/team/history/groups.ts"
import { teamViewPath } from "#src/pages/team/views.ts"

export interface EventRowProps {
  readonly event: FeedEvent
  readonly isOpen: boolean
  readonly isInGroup?: boolean
  readonly onOpen: (event: FeedEvent) => void
  readonly onOpenTask: (id: string) => void
}

/** An event as a line, with the ways to its record and into replay. */
export function EventRow(props: EventRowProps) {
  const source = useTeamSource()
  const label = () => ({ n: props.event.seq })
  return (
    <div data-slot="line" data-indented={props.isInGroup === true} aria-current={props.isOpen ? "true" : undefined}>
      <button
        type="button"
        data-component="icon-button"
        data-slot="fold"
        aria-expanded={props.isOpen}
        aria-label={props.isOpen ? t("history.close", label()) : t("history.open", label())}
        onClick={() => props.onOpen(props.event)}
      >
        <ChevronRight size={14} aria-hidden="true" />
      </button>
      <EventLine event={props.event} onOpenTask={props.onOpenTask} />
      <A
        data-slot="moment"
        href={`${teamViewPath(source.teamId, "replay")}?at=${props.event.position}`}
        title={t("history.replay")}
        aria-label={t("history.replay")}
      >
        <Rewind size={14} aria-hidden="true" />
      </A>
    </div>
  )
}

export interface CompactLineProps extends Omit<EventRowProps, "event" | "isOpen"> {
  readonly row: CompactRow
  readonly isOpen: (event: FeedEvent) => boolean
  readonly onFold: (key: string) => void
}

/** A row of the compact view: a thing with its newest event and how many there were, or an event. */
export function CompactLine(props: CompactLineProps) {
  const event = () => (props.row.kind === "event" ? props.row.event : undefined)
  const group = () => (props.row.kind === "group" ? props.row : undefined)
  return (
    <>
      <Show when={event()}>
        {(own) => (
          <EventRow
            event={own()}
            isOpen={props.isOpen(own())}
            isInGroup={props.row.key.startsWith("in-")}
            onOpen={props.onOpen}
            onOpenTask={props.onOpenTask}
          />
        )}
      </Show>
      <Show when={group()}>
        {(own) => (
          <GroupLine
            group={own().group}
            isOpen={own().isOpen}
            onFold={() => props.onFold(own().key)}
            onOpenTask={props.onOpenTask}
          />
        )}
      </Show>
    </>
  )
}

interface GroupLineProps {
  readonly group: Group
  readonly isOpen: boolean
  readonly onFold: () => void
  readonly onOpenTask: (id: string) => void
}

function GroupLine(props: GroupLineProps) {
  const newest = () => props.group.events.at(-1)
  return (
    <div data-slot="line" data-group="true">
      <button
        type="button"
        data-component="icon-button"
        data-slot="fold"
        aria-expanded={props.isOpen}
        aria-label={props.isOpen ? t("history.fold-group") : t("history.unfold-group")}
        onClick={() => props.onFold()}
      >
        <ChevronRight size={14} aria-hidden="true" />
      </button>
      <Show when={newest()}>{(event) => <EventLine event={event()} onOpenTask={props.onOpenTask} />}</Show>
      <span data-slot="size">{tn("history.count", props.group.events.length)}</span>
    </div>
  )
}

/** An event as it was recorded, on one line. */
export function JsonLine(props: Pick<EventRowProps, "event" | "isOpen" | "onOpen">) {
  return (
    <div data-slot="line" aria-current={props.isOpen ? "true" : undefined}>
      <button type="button" data-slot="json" onClick={() => props.onOpen(props.event)}>
        <span data-numbers>{readablePosition(props.event.position)}</span>
        <span>{props.event.type}</span>
        <code>{JSON.stringify(props.event.data)}</code>
      </button>
    </div>
  )
}
