import { type MemberDoc, type ScheduleDoc, type TaskDoc, type TeamDoc, needsFeed, teamFeed } from "@muster/contracts"
import { asKnown, type KnownEvent, type Position, type RecordedEvent, START } from "@muster/domain"
import type { EventStore } from "@muster/event-store"
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
import type { OpenReadModels } from "@muster/read-models"
import {
  chatMessageRow,
  feedHeadAfter,
  makeNeedRows,
  memberRow,
  type Ownership,
  type ProjectionStep,
  scheduleRow,
  taskRow,
  teamRow,
  userRow,
} from "@muster/read-models/writer"

type Rows = Omit<ProjectionStep, "from" | "to">
type Growth = Rows["feed"][number] & { readonly positions: Position[] }

/** All documents there are: in a test they fit into memory, so a batch needs no reading. */
const makeFold = () => {
  const teams = new Map<string, TeamDoc>()
  const members = new Map<string, MemberDoc>()
  const tasks = new Map<string, TaskDoc>()
  const schedules = new Map<string, ScheduleDoc>()
  const heads = new Map<string, number>()

  /** Rows of a batch: what the projector of the product does, without its guards. */
  return (batch: readonly RecordedEvent[]): Rows => {
    const rows = {
      teams: new Map<string, Rows["teams"][number]>(),
      members: new Map<string, Rows["members"][number]>(),
      tasks: new Map<string, Rows["tasks"][number]>(),
      taskSpecs: [] as Rows["taskSpecs"][number][],
      chatMessages: [] as Rows["chatMessages"][number][],
      users: [] as Rows["users"][number][],
      deadLetters: new Map<string, Rows["deadLetters"][number]>(),
      deadLetterSettlements: [] as Rows["deadLetterSettlements"][number][],
      schedules: new Map<string, Rows["schedules"][number]>(),
      feed: new Map<string, Growth>(),
    }
    const needs = makeNeedRows()
    const addToFeed = (feed_id: string, position: Position): void => {
      const seq = (heads.get(feed_id) ?? 0) + 1
      heads.set(feed_id, seq)
      const growth = rows.feed.get(feed_id)
      if (growth === undefined) rows.feed.set(feed_id, { feed_id, seq, positions: [position] })
      else growth.positions.push(position)
    }
    /** Says whether what waits for people changed. */
    const foldThing = (known: KnownEvent, team: string): boolean => {
      const { org } = known.meta
      const id = entityId(known.stream)
      const teamAfter = teamDoc(teams.get(team), known)
      if (teamAfter !== undefined) {
        teams.set(team, teamAfter)
        rows.teams.set(team, teamRow(teamAfter))
      }
      if (isTaskEvent(known)) {
        const before = tasks.get(id)
        const doc = taskDoc(before, known, teamAfter?.taskCount ?? 0)
        if (doc === undefined) return false
        tasks.set(id, doc)
        rows.tasks.set(id, taskRow(org, doc))
        if (known.type === "TaskDispatched") rows.taskSpecs.push({ task_id: id, spec: known.data.spec })
        return needs.task(known, org, before, doc)
      } else if (isMemberEvent(known)) {
        const before = members.get(id)
        const doc = memberDoc(before, known)
        if (doc === undefined) return false
        members.set(id, doc)
        rows.members.set(id, memberRow(org, doc))
        if (known.type === "MemberEntryDeadLettered") {
          const { position } = known
          rows.deadLetters.set(position, { position, team_id: team, org_id: org, doc: deadLetterDoc(known) })
        }
        if (known.type === "MemberEntryRedriven" || known.type === "MemberEntryDiscarded") {
          const state = known.type === "MemberEntryRedriven" ? "redriven" : "discarded"
          const { entry: position } = known.data
          rows.deadLetterSettlements.push({ position, state, settled_at: known.at })
        }
        const isEntry =
          known.type === "MemberEntryDeadLettered" ||
          known.type === "MemberEntryRedriven" ||
          known.type === "MemberEntryDiscarded"
        const isChanged = needs.member(known, org, before, doc)
        return (isEntry && needs.entry(known, org)) || isChanged
      } else if (isScheduleEvent(known)) {
        const doc = scheduleDoc(schedules.get(id), known)
        if (doc === undefined) return false
        schedules.set(id, doc)
        rows.schedules.set(id, scheduleRow(org, doc))
      } else if (known.type === "ChatMessagePosted") rows.chatMessages.push(chatMessageRow(org, chatMessageDoc(known)))
      return needs.other(known)
    }
    for (const event of batch) {
      const { position, meta } = event
      const known = asKnown(event)
      if (known?.type === "UserRegistered") rows.users.push(userRow(userDoc(known)))
      if (meta.team !== undefined) addToFeed(teamFeed(meta.team), position)
      if (known === undefined) continue
      if (meta.team === undefined ? needs.other(known) : foldThing(known, meta.team))
        addToFeed(needsFeed(meta.org), position)
    }
    return {
      ...rows,
      ...needs.rows(),
      teams: [...rows.teams.values()],
      members: [...rows.members.values()],
      tasks: [...rows.tasks.values()],
      deadLetters: [...rows.deadLetters.values()],
      schedules: [...rows.schedules.values()],
      feed: [...rows.feed.values()],
    }
  }
}

export interface Projecting {
  /** Read models stand still until `go`. */
  readonly hold: () => void
  readonly go: () => void
  readonly stop: () => Promise<void>
}

/** Follows the log into the read models, for tests of what reads them. */
export const startProjecting = async (log: EventStore, models: OpenReadModels): Promise<Projecting> => {
  const stopping = new AbortController()
  const first = await models.projection.own(stopping.signal)
  if (first === undefined) throw new Error("nobody else projects in this test")
  const generation = await log.generation()
  const owner = (await models.projection.reset(first, { position: START, generation, feedVersion: 1 })) as Ownership
  let gate = Promise.resolve()
  let open: () => void = () => undefined
  const fold = makeFold()
  const run = async () => {
    let from = START
    for await (const batch of log.subscribe({ after: START, signal: stopping.signal })) {
      await gate
      const rows = fold(batch)
      const to = batch.at(-1)?.position ?? from
      await models.projection.apply(owner, { ...rows, from, to })
      from = to
      models.projection.advanced(from, new Map(rows.feed.map((growth) => [growth.feed_id, feedHeadAfter(growth).seq])))
    }
  }
  const running = run()
  return {
    hold: () => {
      gate = new Promise((resolve) => (open = resolve))
    },
    go: () => open(),
    stop: async () => {
      stopping.abort()
      open()
      await running
      await owner.release()
    },
  }
}
