import { startTestRedis, type TestRedis } from "@muster/platform/testing"
import type { Redis } from "ioredis"
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest"
import { AGENT_GROUP, DISPATCHER_GROUP, keys, type MemberRef } from "#src/keys.ts"
import { openLink, type Link } from "#src/link.ts"
import { makeScriptRunner, type ScriptRunner } from "#src/server/scripts.ts"
import { connect, newMember, silentLog } from "./support/fixtures.ts"

let server: TestRedis
let redis: Redis
let link: Link
let script: ScriptRunner
beforeAll(async () => {
  server = await startTestRedis()
  redis = await connect(server.url)
  link = openLink({ url: server.url, name: "test", log: silentLog })
  await link.whenUp()
  script = makeScriptRunner(link)
})
afterAll(async () => {
  redis.disconnect()
  await link.close()
  await server.stop()
})

let member: MemberRef
beforeEach(async () => {
  member = newMember()
  await redis.set(keys.generation(member.teamId), "g1")
  await redis.xgroup("CREATE", keys.inbox(member), AGENT_GROUP, "0", "MKSTREAM")
})

const ids = async (key: string) => (await redis.xrange(key, "-", "+")).map(([id]) => id)

describe("publish-2", () => {
  const HEAD = "18446744073709551615"
  const publish = (positions: readonly string[], { generation = "g1", cap = 100, head = HEAD, after = "0" } = {}) =>
    script(
      "publish-2",
      [keys.inbox(member), keys.generation(member.teamId)],
      [generation, cap, head, "d", after, ...positions.flatMap((position) => [position, `body ${position}`])],
    )

  test("adds tasks under their positions", async () => {
    expect(await publish(["3", "7"])).toEqual([0, 2, 0, 2, ""])
    expect(await redis.xrange(keys.inbox(member), "-", "+")).toEqual([
      ["3-0", ["d", "body 3"]],
      ["7-0", ["d", "body 7"]],
    ])
  })

  test("adds nothing twice, not even what was deleted meanwhile", async () => {
    await publish(["3", "7"])
    await redis.xdel(keys.inbox(member), "3-0", "7-0")
    expect(await publish(["3", "7", "9"])).toEqual([0, 1, 2, 3, ""])
    expect(await ids(keys.inbox(member))).toEqual(["9-0"])
  })

  test("compares positions beyond 2^53 exactly", async () => {
    expect(await publish(["9007199254740992"])).toEqual([0, 1, 0, 1, ""])
    expect(await publish(["9007199254740993"], { head: "9007199254740993" })).toEqual([0, 1, 0, 1, ""])
    expect(await publish(["18446744073709551614"])).toEqual([0, 1, 0, 1, ""])
    expect(await ids(keys.inbox(member))).toHaveLength(3)
  })

  test("stops at a full inbox and keeps the order", async () => {
    expect(await publish(["1", "2", "3"], { cap: 2 })).toEqual([1, 2, 0, 2, ""])
    expect(await publish(["1", "2", "3"], { cap: 2 })).toEqual([1, 0, 2, 2, ""])
    await redis.xdel(keys.inbox(member), "1-0")
    expect(await publish(["1", "2", "3"], { cap: 2 })).toEqual([0, 1, 2, 3, ""])
  })

  test("writes nothing on a bus of another generation, or of none", async () => {
    expect(await publish(["1"], { generation: "g2" })).toEqual([-1, 0, 0, 0, ""])
    await redis.del(keys.generation(member.teamId))
    expect(await publish(["1"])).toEqual([-1, 0, 0, 0, ""])
    expect(await publish(["1"], { generation: "" })).toEqual([0, 1, 0, 1, ""])
  })

  test("says when there is no inbox, or none that is read", async () => {
    await redis.xgroup("DESTROY", keys.inbox(member), AGENT_GROUP)
    expect(await publish(["1"])).toEqual([-2, 0, 0, 0, ""])
    await redis.del(keys.inbox(member))
    expect(await publish(["1"])).toEqual([-2, 0, 0, 0, ""])
    expect(await redis.exists(keys.inbox(member))).toBe(0)
  })

  test("adds nothing to an inbox that was made anew: what it held before is missing", async () => {
    await publish(["3", "7"])
    expect(await publish(["9"], { after: "7" })).toEqual([0, 1, 0, 1, ""])
    await redis.del(keys.inbox(member))
    await redis.xgroup("CREATE", keys.inbox(member), AGENT_GROUP, "0", "MKSTREAM")
    expect(await publish(["11"], { after: "9" })).toEqual([-2, 0, 0, 0, ""])
    expect(await redis.xlen(keys.inbox(member))).toBe(0)
    expect(await publish(["3", "7", "9", "11"])).toEqual([0, 4, 0, 4, ""])
    expect(await publish(["13"], { after: "18446744073709551614" })).toEqual([-2, 0, 0, 0, ""])
  })

  test("adds nothing behind a foreign id, which would swallow it", async () => {
    await redis.xadd(keys.inbox(member), "*", "d", "foreign")
    const [code, added, , , lastId] = (await publish(["5"], { head: "5" })) as [number, number, number, number, string]
    expect([code, added]).toEqual([-3, 0])
    expect(lastId).toBe((await ids(keys.inbox(member)))[0])
  })

  test("takes an id with a sequence for foreign, though it is not ahead", async () => {
    await redis.xadd(keys.inbox(member), "4-1", "d", "foreign")
    expect(await publish(["5"])).toEqual([-3, 0, 0, 0, "4-1"])
  })

  test("stops at the first failure: an id that is passed over could never be added", async () => {
    await redis.config("SET", "maxmemory", "1")
    try {
      const [code, , , consumed, error] = (await publish(["1", "2"])) as [number, number, number, number, string]
      expect([code, consumed]).toEqual([-4, 0])
      expect(error).toContain("OOM")
    } finally {
      await redis.config("SET", "maxmemory", "0")
    }
    expect(await publish(["1", "2"])).toEqual([0, 2, 0, 2, ""])
  })
})

describe("quarantine-2", () => {
  const aside = () => keys.quarantine(member, 1)
  const quarantine = () => script("quarantine-2", [keys.inbox(member), aside()], [AGENT_GROUP, 60_000])

  test("sets the inbox aside for a while and makes an empty one that can be read", async () => {
    await redis.xadd(keys.inbox(member), "*", "d", "foreign")
    expect(await quarantine()).toBe(1)
    expect(await redis.xlen(aside())).toBe(1)
    expect(await redis.pttl(aside())).toBeGreaterThan(0)
    expect(await redis.xlen(keys.inbox(member))).toBe(0)
    expect(await redis.xinfo("GROUPS", keys.inbox(member))).toHaveLength(1)
  })

  test("makes an inbox where there was none", async () => {
    await redis.del(keys.inbox(member))
    expect(await quarantine()).toBe(0)
    expect(await redis.xinfo("GROUPS", keys.inbox(member))).toHaveLength(1)
  })
})

describe("reset-member-3", () => {
  test("empties inbox and controls, and leaves unread reports where they are", async () => {
    await redis.xadd(keys.inbox(member), "1-0", "d", "task")
    await redis.xadd(keys.control(member), "*", "d", "control")
    await redis.xadd(keys.outbox(member), "*", "d", "report")
    const reset = () =>
      script(
        "reset-member-3",
        [keys.inbox(member), keys.control(member), keys.outbox(member)],
        [AGENT_GROUP, DISPATCHER_GROUP],
      )
    expect(await reset()).toBe("OK")
    expect(await reset()).toBe("OK")
    expect(await redis.xlen(keys.inbox(member))).toBe(0)
    expect(await redis.exists(keys.control(member))).toBe(0)
    expect(await redis.xlen(keys.outbox(member))).toBe(1)
    const read = await redis.xreadgroup("GROUP", DISPATCHER_GROUP, "d", "STREAMS", keys.outbox(member), ">")
    expect(read).toHaveLength(1)
  })
})

describe("ensure-member-2", () => {
  test("makes what is missing and moves nothing that is there", async () => {
    const ensure = () =>
      script("ensure-member-2", [keys.inbox(member), keys.outbox(member)], [AGENT_GROUP, DISPATCHER_GROUP])
    await redis.xadd(keys.inbox(member), "1-0", "d", "task")
    await redis.xreadgroup("GROUP", AGENT_GROUP, "a", "STREAMS", keys.inbox(member), ">")
    expect(await ensure()).toBe(1)
    expect(await ensure()).toBe(0)
    expect(await redis.xreadgroup("GROUP", AGENT_GROUP, "a", "STREAMS", keys.inbox(member), ">")).toBeNull()
  })
})

describe("inbox-state-1", () => {
  test("tells the last id ever and the length, and nothing of an inbox that nobody could read", async () => {
    const state = () => script("inbox-state-1", [keys.inbox(member)], [])
    expect(await state()).toEqual(["0-0", 0])
    await redis.xadd(keys.inbox(member), "5-0", "d", "task")
    await redis.xadd(keys.inbox(member), "6-0", "d", "task")
    await redis.xdel(keys.inbox(member), "6-0")
    expect(await state()).toEqual(["6-0", 1])
    await redis.xgroup("DESTROY", keys.inbox(member), AGENT_GROUP)
    expect(await state()).toEqual(["", 0])
    await redis.del(keys.inbox(member))
    expect(await state()).toEqual(["", 0])
  })
})

describe("read-presence-n", () => {
  test("reads what is there and not too long", async () => {
    const mates = [member, newMember(member.teamId), newMember(member.teamId)]
    await redis.set(keys.presence(mates[0] as MemberRef), "here")
    await redis.set(keys.presence(mates[2] as MemberRef), "x".repeat(11))
    expect(await script("read-presence-n", mates.map(keys.presence), [10])).toEqual(["here", "", ""])
  })
})

describe("the script runner", () => {
  test("gives the text to a server that has forgotten it", async () => {
    await redis.script("FLUSH")
    expect(await script("inbox-state-1", [keys.inbox(member)], [])).toEqual(["0-0", 0])
    expect(await script("inbox-state-1", [keys.inbox(member)], [])).toEqual(["0-0", 0])
  })
})
