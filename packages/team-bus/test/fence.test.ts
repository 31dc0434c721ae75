import { eventually, startTestRedis, type TestRedis } from "@muster/platform/testing"
import { BusFenced, openTeamBus, type FencingToken, type OwnersBus } from "@muster/team-bus"
import type { Redis } from "ioredis"
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest"
import { keys, type MemberRef } from "#src/keys.ts"
import { connect, entriesAt, newMember, newUser, reportOf, silentLog } from "./support/fixtures.ts"

let server: TestRedis
let redis: Redis
let bus: OwnersBus
beforeAll(async () => {
  server = await startTestRedis()
  redis = await connect(server.url)
  bus = openTeamBus({ url: server.url, log: silentLog })
  await eventually("the bus is up", () => bus.isUp())
})
afterAll(async () => {
  redis.disconnect()
  await bus.close()
  await server.stop()
})

const OPTIONS = { generation: "g1", headPosition: "1000", cap: 100 }
let member: MemberRef
beforeEach(async () => {
  member = newMember()
  await bus.ensureMembers([member])
  await bus.setGeneration(member.teamId, "g1")
})

const token = (epoch: string, logGeneration = "log"): FencingToken => ({ logGeneration, epoch })
const ownedUnder = (epoch: string, logGeneration?: string) => bus.fenced(() => token(epoch, logGeneration))
const snapshot = async () => {
  const all = [keys.inbox(member), keys.control(member), keys.outbox(member), keys.deadLetters(member)]
  const streams = await Promise.all(all.map((key) => redis.xrange(key, "-", "+")))
  return { streams, generation: await redis.get(keys.generation(member.teamId)) }
}

describe("what an earlier owner of a team still sends", () => {
  /** Every write that could spoil what a later owner does. */
  const writes: readonly (readonly [
    string,
    (owner: OwnersBus | ReturnType<OwnersBus["fenced"]>) => Promise<unknown>,
  ])[] = [
    ["publish", (owner) => owner.publish(member, entriesAt(member, "9"), OPTIONS)],
    ["removeTasks", (owner) => owner.removeTasks(member, ["1"])],
    ["control", (owner) => owner.control(member, [{ v: 1, kind: "ack", seqs: [1] }])],
    ["clearControls", (owner) => owner.clearControls(member)],
    [
      "settle",
      async (owner) =>
        owner.settle([{ ...member, entryId: (await redis.xrange(keys.outbox(member), "-", "+"))[0]?.[0] ?? "" }]),
    ],
    ["quarantine", (owner) => owner.quarantine(member)],
    ["deadLetter", (owner) => owner.deadLetter(member, { stream: "in", entryId: "1-0", reason: "r", raw: "" })],
    ["setGeneration", (owner) => owner.setGeneration(member.teamId, "g0")],
    ["clearGeneration", (owner) => owner.clearGeneration(member.teamId)],
    ["resetMember", (owner) => owner.resetMember(member)],
    ["destroyMember", (owner) => owner.destroyMember(member)],
    ["claim", (owner) => ("claim" in owner ? owner.claim([member.teamId]) : Promise.resolve())],
  ]

  test.each(writes)("is refused and changes nothing: %s", async (_name, write) => {
    const later = ownedUnder("10")
    await later.publish(member, entriesAt(member, "1"), OPTIONS)
    await later.control(member, [{ v: 1, kind: "drain" }])
    await redis.xadd(keys.outbox(member), "*", "d", JSON.stringify(reportOf(newUser(member), 1)))
    const before = await snapshot()
    await expect(write(ownedUnder("9"))).rejects.toThrow(BusFenced)
    expect(await snapshot()).toEqual(before)
    // The same from the owner goes through: the refusal was the epoch's, nothing else's.
    await write(later)
  })

  test("is refused also when it is the first that the later one claimed", async () => {
    await ownedUnder("9").publish(member, entriesAt(member, "1"), OPTIONS)
    await ownedUnder("10").claim([member.teamId])
    await expect(ownedUnder("9").publish(member, entriesAt(member, "2"), OPTIONS)).rejects.toThrow(BusFenced)
  })
})

test("epochs are compared as numbers of any size", async () => {
  await ownedUnder("18446744073709551615").claim([member.teamId])
  await expect(ownedUnder("9").claim([member.teamId])).rejects.toThrow(BusFenced)
  await ownedUnder("18446744073709551616").claim([member.teamId])
  expect(await redis.get(keys.owner(member.teamId))).toBe("log 18446744073709551616")
})

test("another log counts its epochs anew: a restored one is not locked out by the one it was copied from", async () => {
  await ownedUnder("10").claim([member.teamId])
  await ownedUnder("1", "restored").claim([member.teamId])
  await ownedUnder("2", "restored").publish(member, entriesAt(member, "1"), OPTIONS)
})

test("one team's epoch says nothing of another's", async () => {
  const other = newMember()
  await bus.ensureMembers([other])
  await ownedUnder("10").claim([member.teamId])
  await ownedUnder("1").claim([other.teamId])
})

test("a write for a team that is not owned any more is not even sent", async () => {
  await expect(bus.fenced(() => undefined).control(member, [{ v: 1, kind: "drain" }])).rejects.toThrow(BusFenced)
  expect(await redis.exists(keys.owner(member.teamId), keys.control(member))).toBe(0)
})
