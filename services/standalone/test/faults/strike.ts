import { randomUUID } from "node:crypto"
import type { DispatchRequest, FeedEvent, NewMember } from "@muster/contracts"
import { expect } from "vitest"
import {
  agentsOf,
  ApiRefused,
  countOutcomes,
  dispatch,
  dispatchAll,
  followHistory,
  foldOutcomes,
  makeOnlineTeam,
  onBus,
  startSignedIn,
  tally,
  waitFor,
  type Api,
  type MadeTeam,
  type Muster,
} from "../harness/index.ts"

/** One product with one team, large enough for a number of tasks at once. */
export interface Stage {
  readonly muster: Muster
  readonly api: Api
  readonly team: MadeTeam
  /** Slots of all members together: so many tasks run at the same time. */
  readonly slots: number
}

const SLOTS_PER_MEMBER_MAX = 50

/** Starts the product and makes the team. */
export const startStage = async (slots: number): Promise<Stage> => {
  const { muster, api } = await startSignedIn()
  const count = Math.ceil(slots / SLOTS_PER_MEMBER_MAX)
  const members = Array.from({ length: count }, (_, index): NewMember => {
    const first = index === 0
    return { handle: `m${index}`, runtime: "simulated", slots: slots / count, ...(first ? { role: "leader" } : {}) }
  })
  return { muster, api, slots, team: await makeOnlineTeam(api, "Breakage", members) }
}

/** Work of about this long, with progress, output and a file. */
const task = (memberId: string, index: number, durationMillis: number): DispatchRequest => {
  const afterMillis = durationMillis / 4
  return {
    title: `Piece ${index + 1}`,
    memberId: memberId as never,
    runtimeOptions: {
      simulated: {
        steps: [
          { kind: "progress", percent: 25, note: "a quarter", afterMillis },
          { kind: "output", text: `half of piece ${index + 1}\n`, afterMillis },
          { kind: "progress", percent: 75, afterMillis },
          { kind: "artifact", name: "piece.txt", text: `piece ${index + 1}\n` },
          { kind: "progress", percent: 100, afterMillis },
        ],
      },
    },
  }
}

const START_TIMEOUT_MILLIS = 120_000
/** Several leases, restarts and the work itself, on a machine that does other things too. */
const RECOVERY_TIMEOUT_MILLIS = 240_000

/** Work that is dispatched while it strikes, one piece after the other. */
const LATE_TASKS = 30
const LATE_TASK_DURATION_MILLIS = 400
/** Beyond what there are slots for: it waits in inboxes and queues. */
const WAITING_SHARE = 0.2

export interface Survival {
  /** Tasks that were running when it struck. */
  readonly runningAtStrike: number
  readonly acknowledged: number
  readonly leasesLost: number
  readonly busRebuilds: number
  readonly seconds: number
}

/** A client that repeats under the same key until it is answered, whatever becomes of the connection. */
const dispatchThrough = async ({ api, team }: Stage, count: number): Promise<readonly string[]> => {
  const ids: string[] = []
  for (let index = 0; index < count; index++) {
    const key = randomUUID()
    const request = task(team.memberIds[index % team.memberIds.length] ?? "", index, LATE_TASK_DURATION_MILLIS)
    const { id } = await waitFor(
      "a task is acknowledged",
      () => dispatch(api, team.teamId, request, key).catch(unlessAway),
      RECOVERY_TIMEOUT_MILLIS,
    )
    ids.push(id)
  }
  return ids
}

/** Not reached, cut off, too slow or busy: ask again. */
const unlessAway = (error: unknown): undefined => {
  const isCutOff = error instanceof TypeError || (error instanceof DOMException && error.name === "TimeoutError")
  if (!isCutOff && !(error instanceof ApiRefused && error.status === 503)) throw error
  return undefined
}

const runningIn = (events: readonly FeedEvent[], taskIds: readonly string[]): number => {
  const records = foldOutcomes(events)
  return taskIds.filter((id) => {
    const record = records.get(id)
    return record !== undefined && record.starts > 0 && record.runs.every((outcomes) => outcomes.length === 0)
  }).length
}

const idsOf = (events: readonly FeedEvent[], type: string): readonly string[] =>
  events.filter((event) => event.type === type).map(({ stream }) => stream.slice("task-".length))

/**
 * Fills every slot with work and lets some more wait, lets `strike` happen in the middle of it while more is dispatched, and proves that
 * every acknowledged task ends in exactly one recorded outcome: by folding the raw history that the API gives, and by counting in the
 * log's own table.
 */
export const survive = async (stage: Stage, durationMillis: number, strike: () => Promise<void>): Promise<Survival> => {
  const { muster, api, team, slots } = stage
  const follower = followHistory(api, team.teamId)
  const seenBefore = await follower.until("the history is read", (events) => events.length, START_TIMEOUT_MILLIS)
  const members = team.memberIds
  const requests = Array.from({ length: Math.ceil(slots * (1 + WAITING_SHARE)) }, (_, index) =>
    task(members[index % members.length] ?? "", index, durationMillis),
  )
  const early = await dispatchAll(api, team.teamId, requests)
  const runningAtStrike = await follower.until(
    `${slots} tasks run at once`,
    (events) => {
      const running = runningIn(events, early)
      return running === slots ? running : undefined
    },
    START_TIMEOUT_MILLIS,
  )

  const struckAt = performance.now()
  const [late] = await Promise.all([dispatchThrough(stage, LATE_TASKS), strike()])
  const acknowledged = [...early, ...late]
  await follower.until(
    "every task has an outcome",
    (events) => (tally(acknowledged, events).lost.length === 0 ? true : undefined),
    RECOVERY_TIMEOUT_MILLIS,
  )
  const seconds = (performance.now() - struckAt) / 1_000

  const events = follower.events().slice(seenBefore)
  const records = foldOutcomes(events)
  expect(tally(acknowledged, events)).toEqual({ lost: [], doubled: [] })
  expect(
    acknowledged.map((id) =>
      records
        .get(id)
        ?.runs.flat()
        .map(({ outcome }) => outcome),
    ),
  ).toEqual(acknowledged.map(() => ["succeeded"]))
  // Nothing was dispatched that nobody asked for, and nothing twice.
  expect(idsOf(events, "TaskDispatched").toSorted()).toEqual(acknowledged.toSorted())
  const counted = await countOutcomes(muster, acknowledged)
  expect(acknowledged.map((id) => counted.get(id))).toEqual(acknowledged.map(() => [1]))
  return {
    runningAtStrike,
    acknowledged: acknowledged.length,
    leasesLost: acknowledged.reduce((sum, id) => sum + (records.get(id)?.leasesLost ?? 0), 0),
    busRebuilds: events.filter(({ type }) => type === "BusRebuilt").length,
    seconds: Math.round(seconds * 10) / 10,
  }
}

/** Forgets everything that is on the bus. */
export const flushBus = (muster: Muster): Promise<void> =>
  onBus(muster, async (redis) => {
    await redis.flushall()
  })

/** Ends the bus server as a crash would; the product starts it again. */
export const killBus = async (muster: Muster): Promise<void> => {
  const info = await onBus(muster, (redis) => redis.info("server"))
  const pid = Number(/^process_id:(\d+)/m.exec(info)?.[1])
  process.kill(pid, "SIGKILL")
}

/** Ends the agent of one member as a crash would. */
export const killAgent = async (muster: Muster, memberId: string): Promise<void> => {
  const pid = await waitFor("the agent runs", () => agentsOf(muster).get(memberId), START_TIMEOUT_MILLIS)
  process.kill(pid, "SIGKILL")
}
