import type { DispatchRequest, FeedEvent, NewMember } from "@muster/contracts"
import { expect } from "vitest"
import {
  agentsOf,
  countOutcomes,
  dispatchAll,
  followHistory,
  foldOutcomes,
  makeOnlineTeam,
  onBus,
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

export const makeStage = async (muster: Muster, api: Api, slots: number, name: string): Promise<Stage> => {
  const count = Math.ceil(slots / SLOTS_PER_MEMBER_MAX)
  const members = Array.from({ length: count }, (_, index): NewMember => {
    const first = index === 0
    return { handle: `m${index}`, runtime: "simulated", slots: slots / count, ...(first ? { role: "leader" } : {}) }
  })
  return { muster, api, slots, team: await makeOnlineTeam(api, name, members) }
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

export interface Survival {
  /** Tasks that were running when it struck. */
  readonly runningAtStrike: number
  readonly leasesLost: number
  readonly seconds: number
}

const runningIn = (events: readonly FeedEvent[], taskIds: readonly string[]): number => {
  const records = foldOutcomes(events)
  return taskIds.filter((id) => {
    const record = records.get(id)
    return record !== undefined && record.starts > 0 && record.runs.every((outcomes) => outcomes.length === 0)
  }).length
}

/**
 * Fills every slot with work, lets `strike` happen in the middle of it, and proves that every acknowledged task ends in exactly one
 * recorded outcome: by folding the raw history that the API gives, and by counting in the log's own table.
 */
export const survive = async (stage: Stage, durationMillis: number, strike: () => Promise<void>): Promise<Survival> => {
  const { muster, api, team, slots } = stage
  const follower = followHistory(api, team.teamId)
  await follower.until("the history is read", () => true, START_TIMEOUT_MILLIS)
  const members = team.memberIds
  const requests = Array.from({ length: slots }, (_, index) =>
    task(members[index % members.length] ?? "", index, durationMillis),
  )
  const acknowledged = await dispatchAll(api, team.teamId, requests)
  const runningAtStrike = await follower.until(
    `${slots} tasks run at once`,
    (events) => {
      const running = runningIn(events, acknowledged)
      return running === slots ? running : undefined
    },
    START_TIMEOUT_MILLIS,
  )

  const struckAt = performance.now()
  await strike()
  await follower.until(
    "every task has an outcome",
    (events) => (tally(acknowledged, events).lost.length === 0 ? true : undefined),
    RECOVERY_TIMEOUT_MILLIS,
  )
  const seconds = (performance.now() - struckAt) / 1_000

  const events = follower.events()
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
  const counted = await countOutcomes(muster, acknowledged)
  expect(acknowledged.map((id) => counted.get(id))).toEqual(acknowledged.map(() => [1]))
  const leasesLost = acknowledged.reduce((sum, id) => sum + (records.get(id)?.leasesLost ?? 0), 0)
  return { runningAtStrike, leasesLost, seconds: Math.round(seconds * 10) / 10 }
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
