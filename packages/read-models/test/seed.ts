import type { HistoryEvent } from "@muster/projections/testing"
import {
  chatMessageDoc,
  entityId,
  isMemberEvent,
  isTaskEvent,
  memberDoc,
  taskDoc,
  teamDoc,
  userDoc,
} from "@muster/projections"
import {
  chatMessageRow,
  memberRow,
  taskRow,
  teamRow,
  userRow,
  type Ownership,
  type ProjectionStep,
  type ProjectionStore,
} from "@muster/read-models/writer"
import { teamFeed } from "@muster/contracts"
import { asKnown, type Position, type RecordedEvent, START } from "@muster/domain"

type Rows = { -readonly [K in keyof Omit<ProjectionStep, "from" | "to">]: Map<string, ProjectionStep[K][number]> }

export const noRows = (): Omit<ProjectionStep, "from" | "to"> => ({
  teams: [],
  members: [],
  tasks: [],
  taskSpecs: [],
  chatMessages: [],
  users: [],
  deadLetters: [],
  feed: [],
  feedHeads: [],
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
    feed: new Map(),
    feedHeads: new Map(),
  }
  const events = recorded(history)
  for (const event of events) {
    const { position, type, stream } = event
    const team = event.meta.team
    const id = entityId(stream)
    const org = event.meta.org
    if (team !== undefined) {
      const feed_id = teamFeed(team)
      const seq = (rows.feedHeads.get(feed_id)?.seq ?? 0) + 1
      const task_id = stream.startsWith("task-") ? id : null
      rows.feed.set(position, { feed_id, seq, position, type, task_id, event })
      rows.feedHeads.set(feed_id, { feed_id, seq, position })
    }
    const known = asKnown(event)
    if (known === undefined) continue
    if (team !== undefined) {
      const doc = teamDoc(rows.teams.get(team)?.doc, known)
      if (doc !== undefined) rows.teams.set(team, teamRow(doc))
    }
    if (isTaskEvent(known)) {
      const doc = taskDoc(rows.tasks.get(id)?.doc, known, rows.teams.get(team ?? "")?.doc.taskCount ?? 0)
      if (doc !== undefined) rows.tasks.set(id, taskRow(org, doc))
      if (known.type === "TaskDispatched") rows.taskSpecs.set(id, { task_id: id, spec: known.data.spec })
    }
    if (isMemberEvent(known)) {
      const doc = memberDoc(rows.members.get(id)?.doc, known)
      if (doc !== undefined) rows.members.set(id, memberRow(org, doc))
    }
    if (known.type === "MemberEntryDeadLettered")
      rows.deadLetters.set(position, {
        position,
        team_id: team ?? "",
        org_id: org,
        doc: { ...known.data, memberId: id as never, at: event.at, position },
      })
    if (known.type === "ChatMessagePosted") rows.chatMessages.set(position, chatMessageRow(org, chatMessageDoc(known)))
    if (known.type === "UserRegistered") rows.users.set(id, userRow(userDoc(known)))
  }
  const step = Object.fromEntries(Object.entries(rows).map(([table, map]) => [table, [...map.values()]]))
  return { ...(step as unknown as ProjectionStep), from: START, to: events.at(-1)?.position ?? START }
}

/** Owns the projection, empties it and writes the history. */
export const seed = async (
  store: ProjectionStore,
  history: readonly HistoryEvent[],
): Promise<{ readonly owner: Ownership; readonly step: ProjectionStep }> => {
  const owned = await store.own(AbortSignal.timeout(30_000))
  const owner = owned && (await store.reset(owned, { position: START, generation: "g1", feedVersion: 1 }))
  if (owner === undefined) throw new Error("somebody else owns the projection")
  const step = stepOf(history)
  if (!(await store.apply(owner, step))) throw new Error("the step was fenced")
  return { owner: { ...owner, position: step.to }, step }
}
