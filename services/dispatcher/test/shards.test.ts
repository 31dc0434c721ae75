import { streams } from "@muster/domain"
import { eventually } from "@muster/platform/testing"
import { keys } from "@muster/team-bus"
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest"
import { v7 } from "uuid"
import { DEFAULT_TIMINGS, SHARDS } from "#src/limits.ts"
import { makeLogClock } from "#src/log-clock.ts"
import { LeaseTooShort, makeOwner } from "#src/owner.ts"
import { shardOf, shareOf } from "#src/shards.ts"
import { House, type MemberHandle } from "./support/house.ts"
import { startServers, type Servers } from "./support/servers.ts"
import { silentLog } from "./support/silent-log.ts"
import { DONE } from "./support/specs.ts"

describe("shards", () => {
  test("of teams are the same for ever", () => {
    // Written down: a process of another version must find a team in the same shard. The hash of "a" is in FNV's own test vectors.
    expect(["a", "muster", "0197a3c1-7d1e-7c3a-9b1f-3f0a6c1d2e4b"].map(shardOf)).toEqual([0xe40c292c % 16, 15, 12])
  })

  test("have about as many teams each", () => {
    const counts = Array.from({ length: SHARDS }, () => 0)
    const teams = 16_000
    for (let index = 0; index < teams; index += 1) {
      const shard = shardOf(v7())
      counts[shard] = (counts[shard] ?? 0) + 1
    }
    for (const count of counts) expect(Math.abs(count - teams / SHARDS)).toBeLessThan((teams / SHARDS) * 0.25)
  })

  test("are enough for all when each takes its share, and no share is larger than it must be", () => {
    for (let processes = 1; processes <= 2 * SHARDS; processes += 1) {
      expect(shareOf(processes) * processes).toBeGreaterThanOrEqual(SHARDS)
      expect((shareOf(processes) - 1) * processes).toBeLessThan(SHARDS)
    }
  })
})

describe("two dispatchers on one database and one bus", () => {
  let servers: Servers
  let house: House
  beforeAll(async () => {
    servers = await startServers()
  })
  afterAll(() => servers.stop())
  beforeEach(async () => {
    house = new House(servers)
  })
  afterEach(() => house.close())

  const owners = async (): Promise<readonly (string | null)[]> => {
    const rows = await house.sql<{ owner: string | null }[]>`select owner from app.shard_lease order by shard`
    return rows.map(({ owner }) => owner)
  }
  const areShared = () =>
    eventually("the shards are shared", async () => {
      const counts = new Map<string, number>()
      for (const owner of await owners()) counts.set(owner ?? "", (counts.get(owner ?? "") ?? 0) + 1)
      return counts.size === 2 && [...counts.values()].every((count) => count === SHARDS / 2)
    })
  const crews = async (count: number) => Promise.all(Array.from({ length: count }, () => house.crew()))
  const arePresent = async (members: readonly MemberHandle[]) => {
    for (const { memberId } of members) await house.happens(streams.member(memberId), "MemberPresent")
  }

  test("share the teams, and work for all of them", async () => {
    house.startDispatcher()
    const other = house.startSecondDispatcher()
    await areShared()
    const all = await crews(6)
    await arePresent(all)
    for (const crew of all) {
      const taskId = await house.dispatch(crew)
      await crew.agent.succeed(await crew.agent.task())
      await house.reaches(taskId, "succeeded")
    }
    await other.stop()
  })

  test("hand teams over in the middle of work: what runs is not assigned again, what waits is given out once", async () => {
    house.startDispatcher()
    const all = await crews(4)
    await arePresent(all)
    const held = await Promise.all(
      all.map(async (crew) => {
        const running = await house.dispatch(crew)
        const waiting = await house.dispatch(crew)
        const queued = await house.dispatch(crew)
        const task = await crew.agent.task()
        await crew.agent.report(task, { kind: "started" })
        await house.reaches(running, "running")
        return { crew, running, waiting, queued, task }
      }),
    )
    const other = house.startSecondDispatcher()
    await areShared()
    // And back: the first one leaves, and the second has them all.
    await house.stopDispatcher()
    await eventually("the second one has all", async () => new Set(await owners()).size === 1)
    for (const { crew, running, waiting, queued, task } of held) {
      await crew.agent.succeed(task)
      await crew.agent.succeed(await crew.agent.task(2))
      await crew.agent.succeed(await crew.agent.task(3))
      for (const taskId of [running, waiting, queued]) {
        await house.reaches(taskId, "succeeded")
        const types = await house.typesOf(streams.task(taskId))
        expect(types.filter((type) => type === "TaskAssigned")).toHaveLength(1)
        expect(types).not.toContain("TaskLeaseExpired")
      }
    }
    await other.stop()
  })

  test("reports that one had read and not settled when it lost its lease are recorded by the other", async () => {
    house.startDispatcher()
    const crew = await house.crew()
    const taskId = await house.dispatch(crew)
    const task = await crew.agent.task()
    await house.stopDispatcher()
    // As the one that was stopped in between left it: read, under the name that all dispatchers share, and not settled.
    const seqs = await crew.agent.report(task, { kind: "started" }, DONE)
    await house.redis.xreadgroup("GROUP", "dispatcher", "dispatcher", "COUNT", 10, "STREAMS", keys.outbox(crew), ">")
    const other = house.startSecondDispatcher()
    await crew.agent.acknowledges(seqs)
    await house.reaches(taskId, "succeeded")
    await other.stop()
  })

  test("a process that comes after a dead one of the same name need not wait for that one's lease", async () => {
    const processId = v7()
    const me = { kind: "dispatcher", processId, shards: SHARDS, leaseMillis: 600_000 }
    const dead = await house.state.shards.beat(me)
    expect(dead.owned).toHaveLength(SHARDS)
    house.startDispatcher({ processId })
    const crew = await house.crew()
    const taskId = await house.dispatch(crew)
    await crew.agent.succeed(await crew.agent.task())
    await house.reaches(taskId, "succeeded")
    const rows = await house.sql<{ epoch: string }[]>`select epoch::text as epoch from app.shard_lease order by shard`
    for (const [index, { epoch }] of rows.entries())
      expect(BigInt(epoch)).toBeGreaterThan(BigInt(dead.owned[index]?.epoch ?? "0"))
  })

  test("one whose lease is taken away does nothing more for its teams, and the other goes on", async () => {
    house.startDispatcher()
    const all = await crews(4)
    await arePresent(all)
    const other = house.startSecondDispatcher()
    await areShared()
    const [before] = await house.sql<{ sum: string }[]>`select sum(epoch)::text as sum from app.shard_lease`
    // As if the first one had not been heard for a lease: its row is gone, and the other takes all.
    await house.sql`delete from app.live_process where started_at = (select min(started_at) from app.live_process)`
    const [after] = await eventually("epochs have risen", async () => {
      const rows = await house.sql<{ sum: string }[]>`select sum(epoch)::text as sum from app.shard_lease`
      return BigInt(rows[0]?.sum ?? "0") > BigInt(before?.sum ?? "0") && rows
    })
    expect(BigInt(after?.sum ?? "0")).toBeGreaterThan(BigInt(before?.sum ?? "0"))
    for (const crew of all) {
      const taskId = await house.dispatch(crew)
      await crew.agent.succeed(await crew.agent.task())
      await house.reaches(taskId, "succeeded")
      expect((await house.typesOf(streams.task(taskId))).filter((type) => type === "TaskAssigned")).toHaveLength(1)
    }
    await areShared()
    await other.stop()
  })
})

test("a lease that does not outlast three renewals is refused", () => {
  const options = { shards: undefined as never, bus: undefined as never, log: silentLog, clock: makeLogClock() }
  const timings = (shardLeaseMillis: number, shardRenewMillis: number) => ({ shardLeaseMillis, shardRenewMillis })
  expect(() => makeOwner({ ...options, timings: timings(3_000, 1_000) })).toThrow(LeaseTooShort)
  expect(() => makeOwner({ ...options, timings: DEFAULT_TIMINGS })).not.toThrow()
})
