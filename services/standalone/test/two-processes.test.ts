import type { DispatchRequest } from "@muster/contracts"
import { SHARDS, shardOf } from "@muster/dispatcher"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import {
  agentsOf,
  countOutcomes,
  dispatch,
  dispatchAll,
  followHistory,
  foldOutcomes,
  makeTeam,
  onDatabase,
  readHistory,
  readMetric,
  signedInOn,
  startMuster,
  startServers,
  startSignedIn,
  tally,
  waitFor,
  waitOnline,
  type Api,
  type Follower,
  type Muster,
  type StartedServers,
} from "./harness/index.ts"

const WAIT_MILLIS = 90_000
const TEAMS_PER_PROCESS = 2
const SLOTS = 4
/** More than slots and window: some of it waits in the queue. */
const TASKS_PER_TEAM = SLOTS + 4

const SHARDS_OWNED = "muster_dispatcher_shards_owned"
const ASSIGNED = "muster_dispatcher_assigned_total"
const TAKE_OVERS = "muster_dispatcher_shard_takeovers_total"
const EPOCH_LOSSES = "muster_dispatcher_shard_epoch_losses_total"

/** Work of about this long. */
const tasksOf = (memberId: string, count: number, durationMillis: number): readonly DispatchRequest[] =>
  Array.from({ length: count }, (_, index) => ({
    title: `Piece ${index + 1}`,
    memberId: memberId as never,
    runtimeOptions: {
      simulated: { steps: [{ kind: "progress" as const, percent: 50, afterMillis: durationMillis }] },
    },
  }))

interface Crew {
  readonly teamId: string
  readonly memberId: string
  readonly follower: Follower
}

describe("two products on one database and one bus", () => {
  let servers: StartedServers
  let first: Muster
  let second: Muster
  let api: Api
  let otherApi: Api
  let crews: readonly Crew[]

  const shardsOwned = async (muster: Muster, count: number): Promise<void> => {
    let seen = 0
    await waitFor(
      `${count} shards are owned`,
      async () => ((seen = await readMetric(muster, SHARDS_OWNED)) === count ? true : undefined),
      WAIT_MILLIS,
      () => seen,
    )
  }

  const balanced = async (): Promise<void> => {
    await Promise.all([shardsOwned(first, SHARDS / 2), shardsOwned(second, SHARDS / 2)])
  }

  /** Teams of which each product dispatches for as many: which one a team belongs to is decided by its id. */
  const spreadTeams = async (): Promise<readonly string[]> => {
    const rows = await onDatabase(
      first,
      (sql) =>
        sql<{ shard: number; owner: string }[]>`select shard, owner from app.shard_lease where kind = 'dispatcher'`,
    )
    const ownerOf = new Map(rows.map(({ shard, owner }) => [shard, owner]))
    expect(new Set(ownerOf.values()).size).toBe(2)
    const found = new Map<string, string[]>([...ownerOf.values()].map((owner) => [owner, []]))
    for (let index = 0; [...found.values()].some((teams) => teams.length < TEAMS_PER_PROCESS); index++) {
      const { teamId } = await makeTeam(api, `Team ${index}`, [])
      found.get(ownerOf.get(shardOf(teamId)) ?? "")?.push(teamId)
    }
    return [...found.values()].flatMap((teams) => teams.slice(0, TEAMS_PER_PROCESS))
  }

  beforeAll(async () => {
    servers = await startServers()
    ;({ muster: first, api } = await startSignedIn({ servers }))
    second = await startMuster({ servers })
    otherApi = signedInOn(second, api)
    await balanced()
    crews = await Promise.all(
      (await spreadTeams()).map(async (teamId) => {
        const member = { handle: "worker", role: "leader", runtime: "simulated", slots: SLOTS, placement: "local" }
        const { id: memberId } = await api.json<{ id: string }>("POST", `/teams/${teamId}/members`, { body: member })
        return { teamId, memberId, follower: followHistory(api, teamId) }
      }),
    )
    await Promise.all(crews.map(({ teamId }) => waitOnline(api, teamId)))
  })
  afterAll(async () => {
    await Promise.all([first?.stop(), second?.stop()])
    await servers?.stop()
  })

  const dispatchToAll = async (through: Api, durationMillis: number): Promise<readonly string[]> =>
    (
      await Promise.all(
        crews.map(({ teamId, memberId }) =>
          dispatchAll(through, teamId, tasksOf(memberId, TASKS_PER_TEAM, durationMillis)),
        ),
      )
    ).flat()

  /** Every one of these has exactly one outcome in each run, a success, as both the history and the log's own table tell. */
  const endWell = async (through: Api, on: Muster, taskIds: readonly string[]): Promise<void> => {
    const followers = crews.map(({ teamId }) => followHistory(through, teamId))
    const all = () => followers.flatMap((follower) => follower.events())
    for (const follower of followers) {
      await follower.until(
        "its tasks have outcomes",
        (events) => {
          const records = foldOutcomes(events)
          const own = taskIds.filter((id) => records.has(id))
          return own.length > 0 && tally(own, events).lost.length === 0 ? true : undefined
        },
        WAIT_MILLIS,
      )
    }
    expect(tally(taskIds, all())).toEqual({ lost: [], doubled: [] })
    const records = foldOutcomes(all())
    const outcomes = taskIds.map((id) => records.get(id)?.runs.map((run) => run.map(({ outcome }) => outcome)))
    expect(outcomes).toEqual(taskIds.map(() => [["succeeded"]]))
    const counted = await countOutcomes(on, taskIds)
    expect(taskIds.map((id) => counted.get(id))).toEqual(taskIds.map(() => [1]))
  }

  const someRun = async (through: Api, taskIds: readonly string[]): Promise<void> => {
    for (const { teamId } of crews)
      await followHistory(through, teamId).until(
        "work of the team runs",
        (events) => {
          const records = foldOutcomes(events)
          return taskIds.some((id) => (records.get(id)?.starts ?? 0) > 0) ? true : undefined
        },
        WAIT_MILLIS,
      )
  }

  /** Members of the crews by the product at which their agents run: nobody may run at both. */
  const agentsOnce = async (products: readonly Muster[]): Promise<void> => {
    const members = crews.map(({ memberId }) => memberId)
    const places = () => members.map((memberId) => products.filter((product) => agentsOf(product).has(memberId)).length)
    await waitFor(
      "each member has one agent",
      () => (places().every((count) => count === 1) ? true : undefined),
      WAIT_MILLIS,
      places,
    )
  }

  it("both dispatch, each for its share of the teams, and each runs a share of the agents", async () => {
    const taskIds = [...(await dispatchToAll(api, 50)), ...(await dispatchToAll(otherApi, 50))]
    await endWell(api, first, taskIds)
    for (const product of [first, second]) expect(await readMetric(product, ASSIGNED)).toBeGreaterThan(0)
    expect((await readMetric(first, ASSIGNED)) + (await readMetric(second, ASSIGNED))).toBe(taskIds.length)
    await agentsOnce([first, second])
    expect(crews.filter(({ memberId }) => agentsOf(second).has(memberId)).length).toBeGreaterThan(0)
  })

  it("both show the same history, whoever projects it", async () => {
    for (const { teamId } of crews) {
      const events = await readHistory(api, teamId)
      await followHistory(otherApi, teamId).until(
        "the other one is as far",
        (seen) => (seen.length >= events.length ? true : undefined),
        WAIT_MILLIS,
      )
      expect((await readHistory(otherApi, teamId)).slice(0, events.length)).toEqual(events)
    }
  })

  it("when one is stopped where it stands past its lease, the other takes over; when it goes on, nothing is doubled", async () => {
    // The first one also owns the projection: the other has to take that over too, or nothing would be shown.
    const taskIds = [...(await dispatchToAll(api, 2_000))]
    await someRun(otherApi, taskIds)
    first.freeze()
    await shardsOwned(second, SHARDS)
    expect(await readMetric(second, TAKE_OVERS)).toBe(SHARDS / 2)
    taskIds.push(...(await dispatchToAll(otherApi, 500)))
    await someRun(otherApi, taskIds.slice(-TASKS_PER_TEAM * crews.length))
    first.thaw()
    await balanced()
    expect(await readMetric(first, EPOCH_LOSSES)).toBe(SHARDS / 2)
    await endWell(otherApi, second, taskIds)
    await agentsOnce([first, second])
  })

  it("when one is killed in the middle of running tasks, the other ends them all; started again, it has its share again", async () => {
    const taskIds = [...(await dispatchToAll(api, 2_000))]
    await someRun(api, taskIds)
    await second.kill9()
    for (const { teamId, memberId } of crews)
      for (const task of tasksOf(memberId, 2, 100)) taskIds.push((await dispatch(api, teamId, task)).id)
    await shardsOwned(first, SHARDS)
    await endWell(api, first, taskIds)
    await second.start()
    await balanced()
    const after = await dispatchToAll(otherApi, 50)
    await endWell(otherApi, second, after)
    await agentsOnce([first, second])
  })
})
