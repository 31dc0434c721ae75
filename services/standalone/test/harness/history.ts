import type { FeedEvent } from "@muster/contracts"
import type { Api } from "./api.ts"
import { HISTORY_PAGE_EVENTS } from "./limits.ts"
import { waitFor } from "./wait.ts"

interface Page {
  readonly items: readonly FeedEvent[]
  readonly head: number
}

/** The raw history of a team behind a feed number, oldest first, in pages until its end. */
export const readHistory = async (api: Api, teamId: string, after = 0): Promise<readonly FeedEvent[]> => {
  const events: FeedEvent[] = []
  for (let last = after; ;) {
    const query = `after=${last}&limit=${HISTORY_PAGE_EVENTS}`
    const page = await api.json<Page>("GET", `/teams/${teamId}/history?${query}`)
    const items = page.items.filter(({ seq }) => seq > last).sort((a, b) => a.seq - b.seq)
    events.push(...items)
    last = items.at(-1)?.seq ?? last
    if (items.length === 0 || last >= page.head) return events
  }
}

/** Event types that end a run. Written down here once more: the proof must not ask the product what an outcome is. */
const OUTCOMES: Readonly<Record<string, string>> = {
  TaskSucceeded: "succeeded",
  TaskFailed: "failed",
  TaskCancelled: "cancelled",
  TaskExpired: "expired",
  TaskDeadLettered: "dead-lettered",
}
export const OUTCOME_TYPES = Object.keys(OUTCOMES)
const NEW_RUN_TYPES = new Set(["TaskDispatched", "TaskRetried", "TaskRedriven"])

export interface RecordedOutcome {
  readonly outcome: string
  readonly data: Readonly<Record<string, unknown>>
  readonly position: string
}

/** What the history says of one task: for each of its runs the outcomes that were recorded (one, if all is well). */
export interface TaskRecord {
  readonly taskId: string
  readonly runs: readonly (readonly RecordedOutcome[])[]
  /** Attempts that an agent began. */
  readonly starts: number
  /** Assignments that were taken back. */
  readonly leasesLost: number
}

/** Folds raw events into what became of each task. */
export const foldOutcomes = (events: readonly FeedEvent[]): ReadonlyMap<string, TaskRecord> => {
  const records = new Map<string, { taskId: string; runs: RecordedOutcome[][]; starts: number; leasesLost: number }>()
  for (const { stream, type, data, position } of events) {
    if (!stream.startsWith("task-")) continue
    const taskId = stream.slice("task-".length)
    const record = records.get(taskId) ?? { taskId, runs: [], starts: 0, leasesLost: 0 }
    records.set(taskId, record)
    if (NEW_RUN_TYPES.has(type)) record.runs.push([])
    if (type === "TaskStarted") record.starts += 1
    if (type === "TaskLeaseExpired") record.leasesLost += 1
    const outcome = OUTCOMES[type]
    if (outcome !== undefined)
      record.runs.at(-1)?.push({ outcome, data: data as Readonly<Record<string, unknown>>, position })
  }
  return records
}

export interface Tally {
  /** Acknowledged tasks with a run that has no outcome. */
  readonly lost: readonly string[]
  /** Tasks with a run that has more than one. */
  readonly doubled: readonly string[]
}

/** Compares what was acknowledged with what is recorded. */
export const tally = (acknowledged: readonly string[], events: readonly FeedEvent[]): Tally => {
  const records = foldOutcomes(events)
  const runsOf = (taskId: string) => records.get(taskId)?.runs ?? []
  return {
    lost: acknowledged.filter((taskId) => {
      const runs = runsOf(taskId)
      return runs.length === 0 || runs.some((outcomes) => outcomes.length === 0)
    }),
    doubled: acknowledged.filter((taskId) => runsOf(taskId).some((outcomes) => outcomes.length > 1)),
  }
}

/** Follows a team's history from where it stands; keeps all it has seen. */
export interface Follower {
  readonly events: () => readonly FeedEvent[]
  /** Reads on until `found` gives something for all events seen so far. Fails with NotInTime. */
  readonly until: <A>(
    what: string,
    found: (events: readonly FeedEvent[]) => A | undefined,
    timeoutMillis: number,
  ) => Promise<A>
}

const counts = (events: readonly FeedEvent[]): Readonly<Record<string, number>> => {
  const byType: Record<string, number> = {}
  for (const { type } of events) byType[type] = (byType[type] ?? 0) + 1
  return byType
}

/** While the product is away (it was killed, it restarts) a follower waits; any other refusal ends it. */
const isAway = (error: unknown): boolean =>
  error instanceof TypeError || (error instanceof Error && "status" in error && error.status === 503)

export const followHistory = (api: Api, teamId: string): Follower => {
  const events: FeedEvent[] = []
  const readOn = async (): Promise<void> => {
    try {
      events.push(...(await readHistory(api, teamId, events.at(-1)?.seq ?? 0)))
    } catch (error) {
      if (!isAway(error)) throw error
    }
  }
  return {
    events: () => events,
    until: (what, found, timeoutMillis) =>
      waitFor(
        what,
        async () => {
          await readOn()
          return found(events)
        },
        timeoutMillis,
        () => counts(events),
      ),
  }
}
