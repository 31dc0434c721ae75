import { teamFeed } from "@muster/contracts"
import { asKnown, type RecordedEvent, START } from "@muster/domain"
import type { EventStore } from "@muster/event-store"
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
import type { OpenReadModels } from "@muster/read-models"
import {
  chatMessageRow,
  memberRow,
  type Ownership,
  type ProjectionStep,
  taskRow,
  teamRow,
  userRow,
} from "@muster/read-models/writer"

type Rows = Omit<ProjectionStep, "from" | "to">
const nothing: Rows = {
  teams: [],
  members: [],
  tasks: [],
  taskSpecs: [],
  chatMessages: [],
  users: [],
  deadLetters: [],
  feed: [],
  feedHeads: [],
}

/** Rows of one event: what the projector of the product does in batches, done one by one. */
const rowsOf = async ({ projection }: OpenReadModels, event: RecordedEvent): Promise<Rows> => {
  const known = asKnown(event)
  const { team, org } = event.meta
  const id = entityId(event.stream)
  const stored = await projection.load({
    teams: team === undefined ? [] : [team],
    members: [id],
    tasks: [id],
    feeds: team === undefined ? [] : [teamFeed(team)],
  })
  if (known?.type === "UserRegistered") return { ...nothing, users: [userRow(userDoc(known))] }
  if (team === undefined) return nothing
  const feed_id = teamFeed(team)
  const seq = (stored.feeds.get(feed_id)?.seq ?? 0) + 1
  const { position, type } = event
  const inFeed: Rows = {
    ...nothing,
    feed: [{ feed_id, seq, position, type, task_id: event.stream.startsWith("task-") ? id : null, event }],
    feedHeads: [{ feed_id, seq, position }],
  }
  if (known === undefined) return inFeed
  const teamAfter = teamDoc(stored.teams.get(team), known)
  const rows = { ...inFeed, teams: teamAfter === undefined ? [] : [teamRow(teamAfter)] }
  if (isTaskEvent(known)) {
    const doc = taskDoc(stored.tasks.get(id)?.doc, known, teamAfter?.taskCount ?? 0)
    const taskSpecs = known.type === "TaskDispatched" ? [{ task_id: id, spec: known.data.spec }] : []
    return doc === undefined ? rows : { ...rows, tasks: [taskRow(org, doc)], taskSpecs }
  }
  if (isMemberEvent(known)) {
    const doc = memberDoc(stored.members.get(id)?.doc, known)
    return doc === undefined ? rows : { ...rows, members: [memberRow(org, doc)] }
  }
  if (known.type === "ChatMessagePosted") return { ...rows, chatMessages: [chatMessageRow(org, chatMessageDoc(known))] }
  return rows
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
  const run = async () => {
    let from = START
    for await (const batch of log.subscribe({ after: START, signal: stopping.signal })) {
      for (const event of batch) {
        await gate
        const rows = await rowsOf(models, event)
        await models.projection.apply(owner, { ...rows, from, to: event.position })
        from = event.position
        models.projection.advanced(from, new Map(rows.feedHeads.map((head) => [head.feed_id, head.seq])))
      }
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
