import type { HistoryEvent } from "@muster/projections/testing"
import { makeFold } from "@muster/read-models/testing"
import { feedHeadAfter, type Ownership, type ProjectionStep, type ProjectionStore } from "@muster/read-models/writer"
import type { FeedEvent } from "@muster/contracts"
import {
  type OrgId,
  type Position,
  type RecordedEvent,
  type Role,
  START,
  type Subject,
  type TeamId,
  type UserId,
} from "@muster/domain"
import type { ReadModels } from "@muster/read-models"
import { storeEvents } from "./log.ts"
import { startPlace, type Place } from "./place.ts"

/** The history as the log would hold it. */
export const recorded = (history: readonly HistoryEvent[]): readonly RecordedEvent[] => {
  const revisions = new Map<string, number>()
  return history.map(({ stream, event }, index) => {
    const revision = (revisions.get(stream) ?? 0) + 1
    revisions.set(stream, revision)
    const position = String(index + 1) as Position
    return { ...event, stream, revision, position, at: new Date(Date.UTC(2026, 2, 1) + index * 1000).toISOString() }
  })
}

/** All read models of a history, as one step from the start. */
export const stepOf = (history: readonly HistoryEvent[]): ProjectionStep => {
  const events = recorded(history)
  return { ...makeFold()(events), from: START, to: events.at(-1)?.position ?? START }
}

/** The events of one feed of the history, by rising seq. */
export const feedOf = (history: readonly HistoryEvent[], teamId: string): readonly FeedEvent[] =>
  recorded(history)
    .filter((event) => event.meta.team === teamId)
    .map((event, index) => ({ ...event, seq: index + 1 }))

/** How far each feed of a step reaches. */
export const headsOf = ({ feed }: Pick<ProjectionStep, "feed">) =>
  feed.map((growth) => ({ feed_id: growth.feed_id, ...feedHeadAfter(growth) }))

/** Owns the projection, empties it and writes the history, into the log as well. */
export const seed = async (
  { admin }: Pick<Place, "admin">,
  store: ProjectionStore,
  history: readonly HistoryEvent[],
): Promise<{ readonly owner: Ownership; readonly step: ProjectionStep }> => {
  const owned = await store.own(AbortSignal.timeout(30_000))
  const owner = owned && (await store.reset(owned, { position: START, generation: "g1", feedVersion: 1 }))
  if (owner === undefined) throw new Error("somebody else owns the projection")
  await storeEvents(admin, recorded(history))
  const step = stepOf(history)
  if (!(await store.apply(owner, step))) throw new Error("the step was fenced")
  return { owner: { ...owner, position: step.to }, step }
}

/** A place that holds the read models of a history; nobody projects there. */
export const startSeeded = async (
  history: readonly HistoryEvent[],
): Promise<{ readonly place: Place; readonly models: ReadModels }> => {
  const place = await startPlace()
  const { projection, readModels } = place.open()
  const { owner } = await seed(place, projection, history)
  await owner.release()
  return { place, models: readModels }
}

/** The first team of a history, and a person of its organisation. */
export const teamOf = (
  history: readonly HistoryEvent[],
  role: Role,
): { readonly teamId: TeamId; readonly subject: Subject } => {
  const created = history.find(({ event }) => event.type === "TeamCreated")
  if (created === undefined) throw new RangeError("there is no team in this history")
  const { team, org } = created.event.meta
  return { teamId: team as TeamId, subject: personOf(org, role) }
}

export const personOf = (orgId: OrgId, role: Role): Subject => ({
  kind: "person",
  userId: "00000000-0000-7000-8000-00000000ffff" as UserId,
  orgId,
  role,
  name: "Someone",
})
