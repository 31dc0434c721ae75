import { MisplacedEvent, sound, UnsoundDocument } from "#src/fold/poison.ts"
import type { ReadEvent } from "#src/fold/events.ts"
import type { Stage } from "#src/fold/stage.ts"
import {
  chatMessageRow,
  feedHeadAfter,
  makeNeedRows,
  memberRow,
  scheduleRow,
  taskRow,
  taskRowFlaw,
  teamRow,
  userRow,
  type FeedStretch,
  type NeedGatherer,
  type StepRows,
} from "@muster/read-models/writer"
import type { DeadLetterDoc } from "@muster/read-models"
import { needsFeed, teamFeed } from "@muster/contracts"
import { ImpossibleTransition, transitions, type KnownEvent, type Phase, type Position } from "@muster/domain"
import {
  chatMessageDoc,
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

type Row<K extends keyof StepRows> = StepRows[K][number]

type EntryEvent = Of<"MemberEntryDeadLettered" | "MemberEntryRedriven" | "MemberEntryDiscarded">
const isEntryEvent = (event: KnownEvent): event is EntryEvent => event.type.startsWith("MemberEntry")

/** What a feed grows by, while it is gathered. */
type Growth = Omit<FeedStretch, "positions"> & { readonly positions: Position[] }

/** Rows of a stretch of the log: one per key, the last state wins. */
interface Rows {
  readonly teams: Map<string, Row<"teams">>
  readonly members: Map<string, Row<"members">>
  /** Only who changed: a task changes several times in a stretch, and its row is made once. */
  readonly tasks: Set<string>
  readonly taskSpecs: Map<string, Row<"taskSpecs">>
  readonly chatMessages: Map<string, Row<"chatMessages">>
  readonly users: Map<string, Row<"users">>
  readonly deadLetters: Map<string, Row<"deadLetters">>
  readonly deadLetterSettlements: Map<string, Row<"deadLetterSettlements">>
  readonly schedules: Map<string, Row<"schedules">>
  readonly needs: NeedGatherer
  /** By feed. */
  readonly feed: Map<string, Growth>
}

export type OnPoison = (event: ReadEvent["event"], error: unknown) => void

export interface FoldOptions {
  readonly onPoison: OnPoison
  /** `feeds`: the events go to the feeds and change nothing else. */
  readonly only?: "feeds"
}

type TaskEvent = Parameters<typeof taskDoc>[1]
type MemberEvent = Parameters<typeof memberDoc>[1]
type Of<T extends KnownEvent["type"]> = Extract<KnownEvent, { readonly type: T }>

const foldTeam = (stage: Stage, rows: Rows, teamId: string, event: KnownEvent): void => {
  const before = stage.teams.get(teamId)
  const after = teamDoc(before, event)
  if (after === undefined || after === before) return
  if (after.id !== teamId) throw new MisplacedEvent({ stream: event.stream })
  rows.teams.set(teamId, sound(teamRow(after)))
  stage.teams.set(teamId, after)
}

/** Like those that follow, it says whether what waits for people changed. */
const foldTask = (stage: Stage, rows: Rows, teamId: string | undefined, event: TaskEvent): boolean => {
  const id = entityId(event.stream)
  const before = stage.tasks.get(id)
  const phase: Phase = before?.doc.phase ?? "absent"
  if (!(transitions[event.type].from as readonly Phase[]).includes(phase))
    throw new ImpossibleTransition(phase, event.type)
  const number = stage.teams.get(teamId ?? "")?.taskCount ?? 0
  const doc = taskDoc(before?.doc, event, number)
  if (doc === undefined) return false
  if (doc.id !== id) throw new MisplacedEvent({ stream: event.stream })
  const orgId = before?.orgId ?? event.meta.org
  const column = taskRowFlaw(orgId, doc)
  if (column !== undefined) throw new UnsoundDocument({ column })
  if (event.type === "TaskDispatched") rows.taskSpecs.set(id, sound({ task_id: id, spec: event.data.spec }))
  rows.tasks.add(id)
  stage.tasks.set(id, { orgId, doc })
  return rows.needs.task(event, orgId, before?.doc, doc)
}

const foldMember = (stage: Stage, rows: Rows, event: MemberEvent): boolean => {
  const id = entityId(event.stream)
  const before = stage.members.get(id)
  const doc = memberDoc(before?.doc, event)
  if (doc === undefined) return false
  if (doc.id !== id) throw new MisplacedEvent({ stream: event.stream })
  const orgId = before?.orgId ?? event.meta.org
  rows.members.set(id, sound(memberRow(orgId, doc)))
  stage.members.set(id, { orgId, doc })
  return rows.needs.member(event, orgId, before?.doc, doc)
}

const foldDeadLetter = (rows: Rows, teamId: string, event: Of<"MemberEntryDeadLettered">): void => {
  const { position, at } = event
  const memberId = entityId(event.stream) as DeadLetterDoc["memberId"]
  const { stream, entryId, reason, raw = null, isRawTruncated = false, taskId = null, attempt = null } = event.data
  const about = { memberId, stream, entryId, reason, raw, isRawTruncated, taskId, attempt }
  const doc: DeadLetterDoc = { ...about, at, state: "kept", settledAt: null, position }
  rows.deadLetters.set(position, sound({ position, team_id: teamId, org_id: event.meta.org, doc }))
}

const foldSettlement = (rows: Rows, event: Of<"MemberEntryRedriven" | "MemberEntryDiscarded">): void => {
  const { entry: position } = event.data
  const state = event.type === "MemberEntryRedriven" ? "redriven" : "discarded"
  const here = rows.deadLetters.get(position)
  // One statement writes the step: an update would not see a row that the same step inserts.
  if (here === undefined) rows.deadLetterSettlements.set(position, sound({ position, state, settled_at: event.at }))
  else rows.deadLetters.set(position, { ...here, doc: { ...here.doc, state, settledAt: event.at } })
}

const foldSchedule = (stage: Stage, rows: Rows, event: Parameters<typeof scheduleDoc>[1]): void => {
  const id = entityId(event.stream)
  const before = stage.schedules.get(id)
  const doc = scheduleDoc(before?.doc, event)
  if (doc === undefined) return
  if (doc.id !== id) throw new MisplacedEvent({ stream: event.stream })
  const orgId = before?.orgId ?? event.meta.org
  rows.schedules.set(id, sound(scheduleRow(orgId, doc)))
  stage.schedules.set(id, { orgId, doc })
}

/** Folds what the event says of one thing besides its team. */
const foldThing = (stage: Stage, rows: Rows, teamId: string | undefined, event: KnownEvent): boolean => {
  if (isTaskEvent(event)) return foldTask(stage, rows, teamId, event)
  if (event.type === "MemberEntryRedriven" || event.type === "MemberEntryDiscarded") foldSettlement(rows, event)
  if (isMemberEvent(event)) return foldMember(stage, rows, event)
  if (isScheduleEvent(event)) {
    foldSchedule(stage, rows, event)
    return false
  }
  if (event.type === "ChatMessagePosted") {
    const row = sound(chatMessageRow(event.meta.org, chatMessageDoc(event)))
    rows.chatMessages.set(row.message_id, row)
  }
  if (event.type === "UserRegistered") {
    const row = sound(userRow(userDoc(event)))
    rows.users.set(row.user_id, row)
  }
  return rows.needs.other(event)
}

const addToFeed = (stage: Stage, rows: Rows, feed_id: string, position: Position): void => {
  const growth = rows.feed.get(feed_id)
  if (growth !== undefined) {
    growth.positions.push(position)
    return
  }
  const seq = (stage.feeds.get(feed_id)?.seq ?? 0) + 1
  rows.feed.set(feed_id, { feed_id, seq, positions: [position] })
}

/**
 * Folds a stretch of the log into the stage and answers with the rows to write. An event that cannot be folded is told to
 * `onPoison`; it stands in its feed like any other, and what it is about stays as it was.
 */
export const foldEvents = (stage: Stage, events: readonly ReadEvent[], { onPoison, only }: FoldOptions): StepRows => {
  const rows: Rows = {
    teams: new Map(),
    members: new Map(),
    tasks: new Set(),
    taskSpecs: new Map(),
    chatMessages: new Map(),
    users: new Map(),
    deadLetters: new Map(),
    deadLetterSettlements: new Map(),
    schedules: new Map(),
    needs: makeNeedRows(),
    feed: new Map(),
  }
  for (const { event, known, flaw, teamId } of events) {
    const guarded = (fold: () => void): void => {
      try {
        fold()
      } catch (error) {
        onPoison(event, error)
      }
    }
    if (teamId !== undefined) addToFeed(stage, rows, teamFeed(teamId), event.position)
    if (flaw !== undefined) onPoison(event, flaw)
    if (known === undefined || only === "feeds") continue
    // The team first: it counts the tasks, and a task's number is that count.
    if (teamId !== undefined) guarded(() => foldTeam(stage, rows, teamId, known))
    let isNeedsChanged = false
    guarded(() => {
      isNeedsChanged = foldThing(stage, rows, teamId, known)
    })
    if (isEntryEvent(known) && teamId !== undefined)
      guarded(() => {
        if (known.type === "MemberEntryDeadLettered") foldDeadLetter(rows, teamId, known)
        isNeedsChanged = rows.needs.entry(known, known.meta.org) || isNeedsChanged
      })
    if (isNeedsChanged) addToFeed(stage, rows, needsFeed(event.meta.org), event.position)
  }
  for (const growth of rows.feed.values()) stage.feeds.set(growth.feed_id, feedHeadAfter(growth))
  return {
    teams: [...rows.teams.values()],
    members: [...rows.members.values()],
    tasks: [...rows.tasks].flatMap((id) => {
      const task = stage.tasks.get(id)
      return task === undefined ? [] : [taskRow(task.orgId, task.doc)]
    }),
    taskSpecs: [...rows.taskSpecs.values()],
    chatMessages: [...rows.chatMessages.values()],
    users: [...rows.users.values()],
    deadLetters: [...rows.deadLetters.values()],
    deadLetterSettlements: [...rows.deadLetterSettlements.values()],
    schedules: [...rows.schedules.values()],
    ...rows.needs.rows(),
    feed: [...rows.feed.values()],
  }
}
