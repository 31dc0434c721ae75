import type { FeedEvent } from "@muster/contracts"
import type { EventLog } from "#src/pages/team/history/event-log.ts"

/** Events that belong together: of one task, else of one command. */
export interface Group {
  readonly key: string
  /** Oldest first. */
  readonly events: ReadonlyArray<FeedEvent>
}

/** A row of the compact view. */
export type CompactRow =
  | { readonly kind: "group"; readonly key: string; readonly group: Group; readonly isOpen: boolean }
  | { readonly kind: "event"; readonly key: string; readonly event: FeedEvent }

export const groupKeyOf = (event: FeedEvent): string =>
  event.stream.startsWith("task-") ? event.stream : `command-${event.meta.commandId}`

export interface Groups {
  /** The one something happened to last comes first. */
  readonly rows: (open: ReadonlySet<string>) => ReadonlyArray<CompactRow>
}

/** Groups of what a log holds. What came since the last time is added; anything else is grouped anew. */
export function createGroups(log: EventLog): Groups {
  // A map remembers the order of insertion: a group that grows goes to the end, which is the newest.
  let groups = new Map<string, { readonly key: string; readonly events: Array<FeedEvent> }>()
  let rowOf = new Map<string, CompactRow>()
  let first: FeedEvent | undefined
  let taken = 0

  const take = (event: FeedEvent): void => {
    const key = groupKeyOf(event)
    const group = groups.get(key) ?? { key, events: [] }
    group.events.push(event)
    groups.delete(key)
    groups.set(key, group)
    rowOf.delete(key)
  }
  const refresh = (): void => {
    if (log.oldest() !== first || log.size() < taken) {
      groups = new Map()
      rowOf = new Map()
      first = log.oldest()
      taken = 0
    }
    for (let place = log.size() - taken - 1; place >= 0; place -= 1) {
      const event = log.at(place)
      if (event !== undefined) take(event)
    }
    taken = log.size()
  }
  const groupRow = (group: Group, isOpen: boolean): CompactRow => {
    const known = rowOf.get(group.key)
    if (known?.kind === "group" && known.isOpen === isOpen) return known
    const row: CompactRow = { kind: "group", key: group.key, group, isOpen }
    rowOf.set(group.key, row)
    return row
  }
  return {
    rows: (open) => {
      refresh()
      return [...groups.values()].toReversed().flatMap((group): ReadonlyArray<CompactRow> => {
        const only = group.events.length === 1 ? group.events[0] : undefined
        if (only !== undefined) return [{ kind: "event", key: only.id, event: only }]
        const isOpen = open.has(group.key)
        const head = groupRow(group, isOpen)
        if (!isOpen) return [head]
        const own = group.events.toReversed()
        return [head, ...own.map((event): CompactRow => ({ kind: "event", key: `in-${event.id}`, event }))]
      })
    },
  }
}
