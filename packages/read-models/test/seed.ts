import type { HistoryEvent } from "@muster/projections/testing"
import {
  chatMessageDoc,
  deadLetterDoc,
  entityId,
  isMemberEvent,
  isScheduleEvent,
  isTaskEvent,
  memberDoc,
  scheduleDoc,
  taskDoc,
  teamDoc,
  userDoc,
} from "@muster/projections"
import {
  chatMessageRow,
  feedHeadAfter,
  makeNeedRows,
  memberRow,
  scheduleRow,
  taskRow,
  teamRow,
  userRow,
  type NeedRows,
  type Ownership,
  type ProjectionStep,
  type ProjectionStore,
} from "@muster/read-models/writer"
import { needsFeed, teamFeed, type FeedEvent } from "@muster/contracts"
import { asKnown, type Position, type RecordedEvent, START } from "@muster/domain"
import { storeEvents } from "./log.ts"
import type { Place } from "./place.ts"

type Growth = ProjectionStep["feed"][number] & { readonly positions: Position[] }
type Rows = {
  -readonly [K in keyof Omit<ProjectionStep, "from" | "to" | "feed" | keyof NeedRows>]: Map<
    string,
    ProjectionStep[K][number]
  >
} & { readonly feed: Map<string, Growth> }

export const noRows = (): Omit<ProjectionStep, "from" | "to"> => ({
  teams: [],
  members: [],
  tasks: [],
  taskSpecs: [],
  chatMessages: [],
  users: [],
  deadLetters: [],
  deadLetterSettlements: [],
  schedules: [],
  needs: [],
  needsGone: [],
  needMarks: [],
  feed: [],
})

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
  const rows: Rows = {
    teams: new Map(),
    members: new Map(),
    tasks: new Map(),
    taskSpecs: new Map(),
    chatMessages: new Map(),
    users: new Map(),
    deadLetters: new Map(),
    deadLetterSettlements: new Map(),
    schedules: new Map(),
    feed: new Map(),
  }
  const needs = makeNeedRows()
  const addToFeed = (feed_id: string, position: Position): void => {
    const growth = rows.feed.get(feed_id)
    if (growth === undefined) rows.feed.set(feed_id, { feed_id, seq: 1, positions: [position] })
    else growth.positions.push(position)
  }
  const events = recorded(history)
  for (const event of events) {
    const { position, stream } = event
    const team = event.meta.team
    const id = entityId(stream)
    const org = event.meta.org
    if (team !== undefined) addToFeed(teamFeed(team), position)
    let isNeedsChanged = false
    const known = asKnown(event)
    if (known === undefined) continue
    if (team !== undefined) {
      const doc = teamDoc(rows.teams.get(team)?.doc, known)
      if (doc !== undefined) rows.teams.set(team, teamRow(doc))
    }
    if (isTaskEvent(known)) {
      const before = rows.tasks.get(id)?.doc
      const doc = taskDoc(before, known, rows.teams.get(team ?? "")?.doc.taskCount ?? 0)
      if (doc !== undefined) {
        rows.tasks.set(id, taskRow(org, doc))
        isNeedsChanged = needs.task(known, org, before, doc)
      }
      if (known.type === "TaskDispatched") rows.taskSpecs.set(id, { task_id: id, spec: known.data.spec })
    }
    if (isMemberEvent(known)) {
      const before = rows.members.get(id)?.doc
      const doc = memberDoc(before, known)
      if (doc !== undefined) {
        rows.members.set(id, memberRow(org, doc))
        isNeedsChanged = needs.member(known, org, before, doc)
      }
    }
    if (isScheduleEvent(known)) {
      const doc = scheduleDoc(rows.schedules.get(id)?.doc, known)
      if (doc !== undefined) rows.schedules.set(id, scheduleRow(org, doc))
    }
    if (known.type === "MemberEntryDeadLettered")
      rows.deadLetters.set(position, {
        position,
        team_id: team ?? "",
        org_id: org,
        doc: deadLetterDoc(known),
      })
    if (
      known.type === "MemberEntryDeadLettered" ||
      known.type === "MemberEntryRedriven" ||
      known.type === "MemberEntryDiscarded"
    )
      isNeedsChanged = needs.entry(known, org) || isNeedsChanged
    if (!isTaskEvent(known) && !isMemberEvent(known)) isNeedsChanged = needs.other(known)
    if (isNeedsChanged) addToFeed(needsFeed(org), position)
    if (known.type === "ChatMessagePosted") rows.chatMessages.set(position, chatMessageRow(org, chatMessageDoc(known)))
    if (known.type === "UserRegistered") rows.users.set(id, userRow(userDoc(known)))
  }
  const step = Object.fromEntries(Object.entries(rows).map(([table, map]) => [table, [...map.values()]]))
  return { ...(step as unknown as ProjectionStep), ...needs.rows(), from: START, to: events.at(-1)?.position ?? START }
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
