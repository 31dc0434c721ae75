import type { FeedEvent, TeamView } from "@muster/contracts"
import type { RecordedEvent } from "@muster/domain"
import { applyTeamEvent, emptyTeamView, foldTeamView } from "@muster/projections"
import type { House } from "../actors/house.ts"
import { canonical } from "./canonical.ts"

const CLOSED_AS: Readonly<Record<string, string>> = {
  TaskSucceeded: "succeeded",
  TaskFailed: "failed",
  TaskCancelled: "cancelled",
  TaskExpired: "expired",
  TaskDeadLettered: "dead-lettered",
}

const feedOf = (events: readonly RecordedEvent[], teamId: string): readonly FeedEvent[] =>
  events
    .filter(({ meta }) => meta.team === teamId)
    .map((event, index) => ({ ...event, seq: index + 1 }) as unknown as FeedEvent)

/** The product's read models: folded from zero, folded in two halves with a copy between, and held against the ledger. */
export const checkViews = (house: House): void => {
  const { events } = house.places.log
  for (const teamId of house.teams) {
    const feed = feedOf(events, teamId)
    const whole = emptyTeamView()
    for (const event of feed)
      applyTeamEvent(whole, event, (error) => house.verdict.broken("read models", `${event.type}: ${String(error)}`))
    const cut = house.dice.below(feed.length + 1)
    const half = foldTeamView(emptyTeamView(), feed.slice(0, cut))
    const stored = JSON.parse(JSON.stringify(half)) as TeamView
    const halves = foldTeamView(stored, feed.slice(cut))
    // As a rule even the order of keys is the same: the cheap comparison first.
    if (JSON.stringify(halves) !== JSON.stringify(whole) && canonical(halves) !== canonical(whole))
      house.verdict.broken("read models", `folded in two halves (at ${cut} of ${feed.length}) they differ`)
    for (const task of house.ledger.tasks.values()) {
      const doc = task.teamId === teamId ? whole.tasks[task.id] : undefined
      if (doc === undefined) continue
      const expected = task.phase === "closed" ? CLOSED_AS[task.closedAs ?? ""] : undefined
      if (expected !== undefined && doc.phase !== expected)
        house.verdict.broken("read models", `${task.id} is shown as ${doc.phase}, not ${expected}`)
      if (doc.run !== task.run || doc.epoch !== task.epoch)
        house.verdict.broken("read models", `${task.id} is shown with run ${doc.run}, epoch ${doc.epoch}`)
    }
  }
}
