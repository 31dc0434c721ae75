import type { FeedEvent } from "@muster/contracts"
import type { HistoryEvent } from "@muster/projections/testing"
import type { TeamId } from "@muster/domain"
import fc from "fast-check"

export const choices = fc.array(fc.nat(), { minLength: 1, maxLength: 150 })

/** The history as the log would hold it and as the feed of its first team would show it. */
export const feedOf = (history: readonly HistoryEvent[]): readonly FeedEvent[] => {
  const revisions = new Map<string, number>()
  const team = history.find(({ event }) => event.type === "TeamCreated")?.event.meta.team as TeamId
  let seq = 0
  return history.flatMap(({ stream, event }, index): readonly FeedEvent[] => {
    const revision = (revisions.get(stream) ?? 0) + 1
    revisions.set(stream, revision)
    if (event.meta.team !== team) return []
    seq += 1
    const position = String(index + 1) as FeedEvent["position"]
    const at = new Date(Date.UTC(2026, 2, 1) + index).toISOString()
    return [{ ...event, stream, revision, seq, position, at }]
  })
}

export const freeze = <A>(value: A): A => {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value)
    for (const inner of Object.values(value)) freeze(inner)
  }
  return value
}
