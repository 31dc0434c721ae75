import type { FeedEvent } from "@muster/contracts"
import { Position, streams } from "@muster/domain"
import { historyOf } from "@muster/projections/testing"

/** After which a team takes no commands. */
export const CLOSING: ReadonlyArray<string> = ["TeamArchived", "TeamRestored", "TeamHalted", "TeamReleased"]

/** The feed of one team as the product could have written it, without some types. Equal numbers give equal feeds. */
export function feedOf(steps: number, history = 1, without: ReadonlyArray<string> = []): ReadonlyArray<FeedEvent> {
  const choices = Array.from({ length: steps }, (_, index) => (index + 1) * 7_919 + history)
  const revisions = new Map<string, number>()
  return historyOf(choices, { teams: 1, number: history })
    .filter(({ event }) => event.meta.team !== undefined && !without.includes(event.type))
    .map(({ stream, event }, index): FeedEvent => {
      const revision = (revisions.get(stream) ?? 0) + 1
      revisions.set(stream, revision)
      const at = new Date(Date.UTC(2026, 2, 1, 12, 0, index)).toISOString()
      // Positions leave gaps: other teams write to the same log.
      return { ...event, stream, revision, seq: index + 1, position: Position.make(String(index * 3 + 2)), at }
    })
}

/** The id of the team whose feed this is. */
export const teamIdOf = (events: ReadonlyArray<FeedEvent>): string =>
  events.find((event) => event.type === "TeamCreated")?.stream.slice(streams.team("").length) ?? ""
