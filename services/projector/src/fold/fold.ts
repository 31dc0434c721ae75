import { MisplacedEvent, sound } from "#src/fold/poison.ts"
import type { ReadEvent } from "#src/fold/events.ts"
import type { Stage } from "#src/fold/stage.ts"
import {
  chatMessageRow,
  memberRow,
  taskRow,
  teamRow,
  userRow,
  type FeedRow,
  type ProjectionStep,
} from "@muster/read-models/writer"
import type { DeadLetterDoc, FeedHead } from "@muster/read-models"
import { teamFeed } from "@muster/contracts"
import { ImpossibleTransition, START, transitions, type KnownEvent, type Phase } from "@muster/domain"
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

type Row<K extends Exclude<keyof ProjectionStep, "from" | "to">> = ProjectionStep[K][number]

/** Rows of a stretch of the log: one per key, the last state wins; feed rows in the order of the log. */
interface Rows {
  readonly teams: Map<string, Row<"teams">>
  readonly members: Map<string, Row<"members">>
  readonly tasks: Map<string, Row<"tasks">>
  readonly taskSpecs: Map<string, Row<"taskSpecs">>
  readonly chatMessages: Map<string, Row<"chatMessages">>
  readonly users: Map<string, Row<"users">>
  readonly deadLetters: Map<string, Row<"deadLetters">>
  readonly feed: FeedRow[]
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

const foldTask = (stage: Stage, rows: Rows, teamId: string | undefined, event: TaskEvent): void => {
  const id = entityId(event.stream)
  const before = stage.tasks.get(id)
  const phase: Phase = before?.doc.phase ?? "absent"
  if (!(transitions[event.type].from as readonly Phase[]).includes(phase))
    throw new ImpossibleTransition(phase, event.type)
  const number = stage.teams.get(teamId ?? "")?.taskCount ?? 0
  const doc = taskDoc(before?.doc, event, number)
  if (doc === undefined) return
  if (doc.id !== id) throw new MisplacedEvent({ stream: event.stream })
  const orgId = before?.orgId ?? event.meta.org
  const row = sound(taskRow(orgId, doc))
  if (event.type === "TaskDispatched") rows.taskSpecs.set(id, sound({ task_id: id, spec: event.data.spec }))
  rows.tasks.set(id, row)
  stage.tasks.set(id, { orgId, doc })
}

const foldMember = (stage: Stage, rows: Rows, event: MemberEvent): void => {
  const id = entityId(event.stream)
  const before = stage.members.get(id)
  const doc = memberDoc(before?.doc, event)
  if (doc === undefined) return
  if (doc.id !== id) throw new MisplacedEvent({ stream: event.stream })
  const orgId = before?.orgId ?? event.meta.org
  rows.members.set(id, sound(memberRow(orgId, doc)))
  stage.members.set(id, { orgId, doc })
}

const foldDeadLetter = (rows: Rows, teamId: string, event: Of<"MemberEntryDeadLettered">): void => {
  const { position, at } = event
  const memberId = entityId(event.stream) as DeadLetterDoc["memberId"]
  const doc: DeadLetterDoc = { ...event.data, memberId, at, position }
  rows.deadLetters.set(position, sound({ position, team_id: teamId, org_id: event.meta.org, doc }))
}

/** Folds what the event says of one thing besides its team. */
const foldThing = (stage: Stage, rows: Rows, teamId: string | undefined, event: KnownEvent): void => {
  if (isTaskEvent(event)) return foldTask(stage, rows, teamId, event)
  if (isMemberEvent(event)) return foldMember(stage, rows, event)
  if (event.type === "ChatMessagePosted") {
    const row = sound(chatMessageRow(event.meta.org, chatMessageDoc(event)))
    rows.chatMessages.set(row.message_id, row)
  }
  if (event.type === "UserRegistered") {
    const row = sound(userRow(userDoc(event)))
    rows.users.set(row.user_id, row)
  }
}

const addToFeed = (stage: Stage, rows: Rows, teamId: string, { event }: ReadEvent): void => {
  const feedId = teamFeed(teamId)
  const head: FeedHead = {
    seq: (stage.feeds.get(feedId)?.seq ?? 0) + 1,
    position: event.position,
  }
  const task_id = event.stream.startsWith("task-") ? entityId(event.stream) : null
  const { position, type } = event
  rows.feed.push({ feed_id: feedId, seq: head.seq, position, type, task_id, event })
  stage.feeds.set(feedId, head)
}

/**
 * Folds a stretch of the log into the stage and answers with the rows to write. An event that cannot be folded is told to
 * `onPoison`; it stands in its feed like any other, and what it is about stays as it was.
 */
export const foldEvents = (
  stage: Stage,
  events: readonly ReadEvent[],
  { onPoison, only }: FoldOptions,
): Omit<ProjectionStep, "from" | "to"> => {
  const rows: Rows = {
    teams: new Map(),
    members: new Map(),
    tasks: new Map(),
    taskSpecs: new Map(),
    chatMessages: new Map(),
    users: new Map(),
    deadLetters: new Map(),
    feed: [],
  }
  const heads = new Set<string>()
  for (const read of events) {
    const { event, known, flaw, teamId } = read
    const guarded = (fold: () => void): void => {
      try {
        fold()
      } catch (error) {
        onPoison(event, error)
      }
    }
    if (teamId !== undefined) {
      addToFeed(stage, rows, teamId, read)
      heads.add(teamFeed(teamId))
    }
    if (flaw !== undefined) onPoison(event, flaw)
    if (known === undefined || only === "feeds") continue
    // The team first: it counts the tasks, and a task's number is that count.
    if (teamId !== undefined) guarded(() => foldTeam(stage, rows, teamId, known))
    guarded(() => foldThing(stage, rows, teamId, known))
    if (known.type === "MemberEntryDeadLettered" && teamId !== undefined)
      guarded(() => foldDeadLetter(rows, teamId, known))
  }
  const headRow = (feedId: string) => {
    const { seq, position } = stage.feeds.get(feedId) ?? { seq: 0, position: START }
    return { feed_id: feedId, seq, position }
  }
  return {
    teams: [...rows.teams.values()],
    members: [...rows.members.values()],
    tasks: [...rows.tasks.values()],
    taskSpecs: [...rows.taskSpecs.values()],
    chatMessages: [...rows.chatMessages.values()],
    users: [...rows.users.values()],
    deadLetters: [...rows.deadLetters.values()],
    feed: rows.feed,
    feedHeads: [...heads].map(headRow),
  }
}
