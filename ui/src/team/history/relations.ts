import type { FeedEvent } from "@muster/contracts"

/** How two events belong together. */
export type Bond = "caused" | "command" | "child" | "stream"

export interface Related {
  readonly event: FeedEvent
  readonly bond: Bond
}

export interface Relations {
  /** What led to it, the nearest first. */
  readonly causes: ReadonlyArray<Related>
  /** What it led to, the nearest first. */
  readonly effects: ReadonlyArray<Related>
}

const childOf = (event: FeedEvent): string | undefined => {
  const data = event.data as { readonly childTaskId?: unknown }
  return event.type === "TaskChildDispatched" && typeof data.childTaskId === "string" ? data.childTaskId : undefined
}

/** Why `later` follows from `earlier`; the strongest reason there is. */
function bondOf(earlier: FeedEvent, later: FeedEvent): Bond | undefined {
  if (later.meta.causationId !== undefined && later.meta.causationId === earlier.id) return "caused"
  const child = childOf(earlier)
  if (child !== undefined && later.stream === `task-${child}` && later.revision === 1) return "child"
  if (later.meta.commandId === earlier.meta.commandId) return "command"
  if (later.stream === earlier.stream && later.revision === earlier.revision + 1) return "stream"
  return undefined
}

/**
 * Cause and effects of an event among others. The log names a cause where one event led to another; where it names
 * none, events of one command belong together, and otherwise what happened to the same thing just before and after.
 */
export function relationsOf(event: FeedEvent, others: ReadonlyArray<FeedEvent>): Relations {
  const byId = new Map(others.filter((other) => other.id !== event.id).map((other) => [other.id, other]))
  const causes: Array<Related> = []
  const effects: Array<Related> = []
  for (const other of byId.values()) {
    const isEarlier = other.seq < event.seq
    const bond = isEarlier ? bondOf(other, event) : bondOf(event, other)
    if (bond !== undefined) (isEarlier ? causes : effects).push({ event: other, bond })
  }
  return {
    causes: causes.toSorted((a, b) => b.event.seq - a.event.seq),
    effects: effects.toSorted((a, b) => a.event.seq - b.event.seq),
  }
}
