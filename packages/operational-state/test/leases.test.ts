import { MemberId, OrgId, TeamId } from "@muster/domain"
import {
  migrateOperationalState,
  openOperationalState,
  ShardCountDiffers,
  type OpenOperationalState,
} from "@muster/operational-state"
import { startTestPostgres, type TestPostgres } from "@muster/platform/testing"
import postgres from "postgres"
import { v7 } from "uuid"
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest"

let server: TestPostgres
let owner: postgres.Sql
let state: OpenOperationalState
beforeAll(async () => {
  server = await startTestPostgres()
  owner = postgres(server.ownerUrl, { max: 1, onnotice: () => undefined })
  await migrateOperationalState(owner)
  state = openOperationalState({ url: server.appUrl })
})
afterAll(async () => {
  await state.close()
  await owner.end()
  await server.stop()
})
beforeEach(async () => {
  await owner`truncate app.live_process, app.shard_lease, app.instance_claim, app.enrollment`
})

const KIND = "work"
const SHARDS = 16
const LEASE_MILLIS = 60_000

/** Time is the database's: a test lets it pass there. */
const letLeaseEnd = (processId: string) =>
  owner`update app.live_process set lease_until = clock_timestamp() - interval '1 second' where process_id = ${processId}`

const beat = (processId: string) =>
  state.shards.beat({ kind: KIND, processId, shards: SHARDS, leaseMillis: LEASE_MILLIS })
const numbers = (owned: readonly { readonly shard: number }[]) => owned.map(({ shard }) => shard)
const all = Array.from({ length: SHARDS }, (_, shard) => shard)

describe("shards", () => {
  test("are all owned by a process that is alone, and stay its own under the same epochs", async () => {
    const me = v7()
    const first = await beat(me)
    expect(numbers(first.owned)).toEqual(all)
    expect(first).toMatchObject({ takenOver: 0, liveProcesses: 1 })
    expect((await beat(me)).owned).toEqual(first.owned)
  })

  test("come to a second process only when they are given back, under higher epochs", async () => {
    const [me, other] = [v7(), v7()]
    const mine = (await beat(me)).owned
    expect(await beat(other)).toMatchObject({ owned: [], takenOver: 0, liveProcesses: 2 })
    expect((await beat(me)).owned).toEqual(mine)
    await state.shards.release({ kind: KIND, processId: me, shards: [8, 9, 10, 11, 12, 13, 14, 15] })
    const theirs = await beat(other)
    expect(numbers(theirs.owned)).toEqual([8, 9, 10, 11, 12, 13, 14, 15])
    for (const { shard, epoch } of theirs.owned)
      expect(BigInt(epoch)).toBeGreaterThan(BigInt(mine.find((lease) => lease.shard === shard)?.epoch ?? "0"))
    expect(theirs.takenOver).toBe(0)
    expect(numbers((await beat(me)).owned)).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
  })

  test("of a process that is not heard any more are taken over; when it comes back it owns nothing of them", async () => {
    const [me, other] = [v7(), v7()]
    const mine = (await beat(me)).owned
    await letLeaseEnd(me)
    const theirs = await beat(other)
    expect(numbers(theirs.owned)).toEqual(all)
    expect(theirs).toMatchObject({ takenOver: SHARDS, liveProcesses: 1 })
    expect(await beat(me)).toMatchObject({ owned: [], takenOver: 0, liveProcesses: 2 })
    for (const [index, { epoch }] of theirs.owned.entries())
      expect(BigInt(epoch)).toBeGreaterThan(BigInt(mine[index]?.epoch ?? "0"))
  })

  test("of a process that comes back before anybody noticed have other epochs: what it did before is fenced", async () => {
    const me = v7()
    const before = await beat(me)
    await letLeaseEnd(me)
    const after = await beat(me)
    expect(numbers(after.owned)).toEqual(all)
    for (const [index, { epoch }] of after.owned.entries())
      expect(BigInt(epoch)).toBeGreaterThan(BigInt(before.owned[index]?.epoch ?? "0"))
  })

  test("are given back at once by a process that leaves", async () => {
    const [me, other] = [v7(), v7()]
    await beat(me)
    await beat(other)
    await state.shards.leave({ kind: KIND, processId: me })
    expect(await beat(other)).toMatchObject({ takenOver: 0, liveProcesses: 1, owned: all.map((shard) => ({ shard })) })
  })

  test("are shared by any number of processes that take their part at the same time, each shard by one of them", async () => {
    const processes = Array.from({ length: 5 }, () => v7())
    const others = processes.map(() => openOperationalState({ url: server.appUrl }))
    const owned = new Map<string, readonly number[]>()
    for (let round = 0; round < 4; round += 1)
      await Promise.all(
        processes.map(async (processId, index) => {
          const { shards } = others[index] as OpenOperationalState
          const mine = await shards.beat({ kind: KIND, processId, shards: SHARDS, leaseMillis: LEASE_MILLIS })
          const share = Math.ceil(SHARDS / mine.liveProcesses)
          await shards.release({ kind: KIND, processId, shards: numbers(mine.owned).slice(share) })
          owned.set(processId, numbers(mine.owned).slice(0, share))
        }),
      )
    expect([...owned.values()].flat().sort((a, b) => a - b)).toEqual(all)
    expect(Math.max(...[...owned.values()].map(({ length }) => length))).toBe(4)
    await Promise.all(others.map((other) => other.close()))
  })

  test("of one kind of work have nothing to do with those of another", async () => {
    await beat(v7())
    const other = await state.shards.beat({ kind: "other", processId: v7(), shards: 2, leaseMillis: LEASE_MILLIS })
    expect(other).toMatchObject({ liveProcesses: 1, owned: [{ shard: 0 }, { shard: 1 }] })
  })

  test("are refused to a program that counts fewer of them", async () => {
    await beat(v7())
    const few = state.shards.beat({ kind: KIND, processId: v7(), shards: 8, leaseMillis: LEASE_MILLIS })
    await expect(few).rejects.toThrow(ShardCountDiffers)
  })
})

describe("places", () => {
  const members = Array.from({ length: 5 }, () => MemberId.make(v7()))
  const at = (place: string, wanted = members) =>
    state.places.beat({ place, leaseMillis: LEASE_MILLIS, members: wanted })

  test("claim what nobody has, and leave alone what another has, however many that is", async () => {
    const [here, there] = [v7(), v7()]
    expect([...(await at(here)).own].sort()).toEqual([...members].sort())
    const beat = await at(there)
    expect(beat.own.size).toBe(0)
    expect([...beat.elsewhere].sort()).toEqual([...members].sort())
  })

  test("share what comes new: a place takes no more than its part", async () => {
    const [here, there] = [v7(), v7()]
    await at(here, [])
    await at(there, [])
    expect((await at(here)).own.size).toBe(3)
    expect((await at(there)).own.size).toBe(2)
  })

  test("that are not heard any more lose their members to others; when they are back they hear where those are", async () => {
    const [here, there] = [v7(), v7()]
    await at(here)
    await letLeaseEnd(here)
    expect((await at(there)).taken).toHaveLength(members.length)
    const back = await at(here)
    expect(back.own.size).toBe(0)
    expect(back.elsewhere.size).toBe(members.length)
  })

  test("that come back before anybody missed them have what they had", async () => {
    const here = v7()
    await at(here)
    await letLeaseEnd(here)
    expect(await at(here)).toMatchObject({ own: new Set(members), taken: [] })
  })

  test("that release or leave make room at once", async () => {
    const [here, there] = [v7(), v7()]
    await at(here)
    await state.places.release(here, members.slice(0, 1))
    expect((await at(there)).taken).toEqual(members.slice(0, 1))
    await state.places.leave(here)
    expect((await at(there)).own.size).toBe(members.length)
  })

  test("void the invitations of a member that changes its place, and no others", async () => {
    const [moved, stays] = [members[0] as MemberId, members[1] as MemberId]
    const ref = { teamId: TeamId.make(v7()), orgId: OrgId.make(v7()), ttlMillis: LEASE_MILLIS }
    const [here, there] = [v7(), v7()]
    const early = await state.enrollments.mint({ ...ref, memberId: stays })
    await at(here, [moved])
    const { token } = await state.enrollments.mint({ ...ref, memberId: moved })
    await letLeaseEnd(here)
    await at(there, [moved, stays])
    await expect(state.enrollments.redeem(token, () => Promise.resolve())).rejects.toThrow(/not valid/)
    await expect(state.enrollments.redeem(early.token, () => Promise.resolve("in"))).resolves.toBe("in")
  })
})

test("a beat on a connection that nobody answers fails in time, and the next one is sent on another", async () => {
  const me = v7()
  const other = openOperationalState({ url: server.appUrl })
  const beatIn = () => other.shards.beat({ kind: KIND, processId: me, shards: SHARDS, leaseMillis: LEASE_MILLIS })
  await beatIn()
  // A statement that waits for the lock of the leases is as good as one that nobody answers.
  const admin = postgres(server.adminUrl, { max: 1, onnotice: () => undefined })
  const reserved = await admin.reserve()
  await reserved`select pg_advisory_lock(hashtextextended(${`shards:${KIND}`}, 0))`
  await expect(beatIn()).rejects.toThrow(/cannot be reached/)
  await reserved`select pg_advisory_unlock(hashtextextended(${`shards:${KIND}`}, 0))`
  reserved.release()
  expect(numbers((await beatIn()).owned)).toEqual(all)
  await admin.end()
  await other.close()
})
