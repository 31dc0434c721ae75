import { eventually, startTestRedis, type TestRedis } from "@muster/platform/testing"
import type { ControlMessage } from "@muster/contracts"
import type { Redis } from "ioredis"
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest"
import { openTeamBus, type BusUser, type TeamBus } from "@muster/team-bus"
import { connectAgentBus, type AgentBus, type BusLoss, type ControlEntry } from "@muster/team-bus/agent"
import { keys } from "#src/keys.ts"
import { RETRY_FIRST_DELAY_MILLIS } from "#src/limits.ts"
import {
  connect,
  entriesAt,
  newMember,
  newUser,
  PASSWORD,
  presenceOf,
  reportOf,
  silentLog,
  withoutPassword,
} from "./support/fixtures.ts"

let server: TestRedis
let redis: Redis
let bus: TeamBus
beforeAll(async () => {
  server = await startTestRedis()
})
afterAll(() => server.stop())

let user: BusUser
let agent: AgentBus
beforeEach(async () => {
  redis = await connect(server.url)
  bus = openTeamBus({ url: server.url, log: silentLog })
  await eventually("the bus is up", () => bus.isUp())
  user = newUser(newMember())
  await bus.acl.grant(user)
  await bus.ensureMembers([user])
  await bus.setGeneration(user.teamId, "g1")
  agent = agentOf(user)
})
afterEach(async () => {
  await agent.close()
  await bus.close()
  redis.disconnect()
})

const agentOf = (who: BusUser): AgentBus =>
  connectAgentBus({ ...who, url: withoutPassword(server.url, who), password: PASSWORD, log: silentLog })

const publish = (...positions: readonly string[]) =>
  bus.publish(user, entriesAt(user, ...positions), { generation: "g1", headPosition: "1000", cap: 100 })

const take = (count = 10, from = agent) =>
  eventually("tasks come", async () => {
    const tasks = await from.takeTasks(count, { blockMillis: 100 })
    return tasks.length > 0 && tasks
  })

const idsOf = (tasks: readonly { readonly entryId: string }[]) => tasks.map(({ entryId }) => entryId)

const cancel = (n: number): ControlMessage =>
  ({
    v: 1,
    kind: "cancel",
    taskId: user.teamId,
    assignmentId: user.memberId,
    reason: String(n),
  }) as unknown as ControlMessage

/** Collects what is heard until the test is over. */
const listen = (from = agent) => {
  const heard: ControlEntry[] = []
  const ending = new AbortController()
  const done = (async () => {
    for await (const entry of from.controls(ending.signal)) heard.push(entry)
  })()
  return {
    heard,
    stop: async () => {
      ending.abort()
      await done
    },
  }
}

describe("taking tasks", () => {
  test("gives as many as asked for, in order, and each once", async () => {
    await publish("1", "2", "3")
    expect(idsOf(await take(2))).toEqual(["1-0", "2-0"])
    expect(idsOf(await take(2))).toEqual(["3-0"])
    expect(await agent.takeTasks(2, { blockMillis: 20 })).toEqual([])
  })

  test("waits for work that comes later", async () => {
    const taking = take()
    await publish("1")
    expect(idsOf(await taking)).toEqual(["1-0"])
  })

  test("that is aborted ends at once, and what arrives meanwhile is not lost", async () => {
    await eventually("it is connected", () => agent.loss() === undefined)
    const abort = new AbortController()
    const taking = agent.takeTasks(1, { blockMillis: 5_000, signal: abort.signal })
    abort.abort()
    expect(await taking).toEqual([])
    await publish("1")
    expect(idsOf(await take())).toEqual(["1-0"])
  })

  test("never gives more than asked for, though an earlier call had asked for more", async () => {
    await eventually("it is connected", () => agent.loss() === undefined)
    const abort = new AbortController()
    const taking = agent.takeTasks(3, { blockMillis: 5_000, signal: abort.signal })
    abort.abort()
    await taking
    await publish("1", "2", "3")
    expect(idsOf(await take(1))).toEqual(["1-0"])
    expect(idsOf(await take(1))).toEqual(["2-0"])
    expect(idsOf(await take(1))).toEqual(["3-0"])
  })

  test("hands out an entry it cannot understand with the reason, and goes on", async () => {
    await redis.xadd(keys.inbox(user), "1-0", "d", "{not json")
    await redis.xadd(keys.inbox(user), "2-0", "x", "1")
    await publish("3")
    const tasks = await take()
    expect(tasks.map(({ poison }) => typeof poison)).toEqual(["string", "string", "undefined"])
  })

  test("after a restart of the agent gives what it had taken and not done", async () => {
    await publish("1", "2", "3")
    await take(3)
    await agent.done(["2-0"])
    await agent.close()
    agent = agentOf(user)
    expect(idsOf(await agent.pendingTasks())).toEqual(["1-0", "3-0"])
    expect(await agent.takeTasks(5, { blockMillis: 20 })).toEqual([])
  })

  test("passes over what was deleted while it was pending, and forgets it", async () => {
    await publish("1", "2")
    await take(2)
    await redis.xdel(keys.inbox(user), "1-0")
    await agent.close()
    agent = agentOf(user)
    expect(idsOf(await agent.pendingTasks())).toEqual(["2-0"])
    const [count] = (await redis.xpending(keys.inbox(user), "agent")) as [number]
    expect(count).toBe(1)
  })

  test("finds again what a lost connection had fetched", async () => {
    await eventually("it is connected", () => agent.loss() === undefined)
    await agent.takeTasks(1, { blockMillis: 10 })
    // Delivered to this consumer, as if the answer had been lost on the way.
    await publish("1")
    await redis.xreadgroup("GROUP", "agent", user.incarnation, "COUNT", 1, "STREAMS", keys.inbox(user), ">")
    await redis.client("KILL", "USER", user.username)
    expect(idsOf(await take())).toEqual(["1-0"])
  })

  test("does not give the tasks of an earlier incarnation to the next", async () => {
    await publish("1")
    await take()
    const next = { ...newUser(user), teamId: user.teamId, memberId: user.memberId }
    await bus.acl.grant(next)
    const heir = agentOf(next)
    expect(await heir.pendingTasks()).toEqual([])
    expect(await heir.takeTasks(5, { blockMillis: 20 })).toEqual([])
    await heir.close()
  })

  test("done acknowledges and deletes nothing: that is the dispatcher's", async () => {
    await publish("1")
    await take()
    await agent.done(["1-0"])
    const [pending] = (await redis.xpending(keys.inbox(user), "agent")) as [number]
    expect([pending, await redis.xlen(keys.inbox(user))]).toEqual([0, 1])
  })
})

describe("controls", () => {
  test("are heard from the beginning of the stream, in order", async () => {
    await bus.control(user, [cancel(1), cancel(2)])
    const ear = listen()
    await bus.control(user, [cancel(3)])
    await eventually("all three are heard", () => ear.heard.length === 3)
    expect(ear.heard.map(({ message }) => message?.kind === "cancel" && message.reason)).toEqual(["1", "2", "3"])
    await ear.stop()
  })

  test("are heard while a read of tasks waits", async () => {
    const ear = listen()
    const taking = agent.takeTasks(1, { blockMillis: 1_500 })
    await bus.control(user, [cancel(1)])
    await eventually("it is heard", () => ear.heard.length === 1)
    await publish("1")
    expect(await taking).toHaveLength(1)
    await ear.stop()
  })

  test("that cannot be understood are handed out with the reason, and do not hide the next", async () => {
    const entryId = await redis.xadd(keys.control(user), "*", "d", "garbage")
    await bus.control(user, [cancel(1)])
    const ear = listen()
    await eventually("both are heard", () => ear.heard.length === 2)
    expect(ear.heard[0]).toMatchObject({ entryId, poison: expect.any(String) })
    await ear.stop()
  })

  test("are heard from the beginning again after a rebuild, even if the new ids are below the old ones", async () => {
    await redis.xadd(keys.control(user), "9999999999999-0", "d", JSON.stringify(cancel(1)))
    const ear = listen()
    await eventually("the first is heard", () => ear.heard.length === 1)
    // Long enough for the reader to have seen the generation once.
    await eventually("the reader waits again", async () => {
      const clients = String(await redis.client("LIST"))
      return clients.split("\n").some((line) => line.includes(user.username) && line.includes("cmd=get"))
    })
    await redis.flushall()
    await bus.setGeneration(user.teamId, "g2")
    await bus.control(user, [cancel(2)])
    await eventually("the second is heard", () => ear.heard.length === 2)
    await ear.stop()
  })

  test("end when the signal aborts", async () => {
    const ear = listen()
    await ear.stop()
    expect(ear.heard).toEqual([])
  })
})

describe("reports and heartbeats", () => {
  test("reports arrive in order with who wrote them", async () => {
    await eventually("it is connected", () => agent.loss() === undefined)
    await agent.report([reportOf(user, 1), reportOf(user, 2)])
    const read = await bus.readReports([user], { what: "new", blockMillis: 100 })
    expect(read.map(({ memberId, envelope }) => [memberId, envelope?.seq])).toEqual([
      [user.memberId, 1],
      [user.memberId, 2],
    ])
  })

  test("a heartbeat is there for its time and can be read", async () => {
    await eventually("it is connected", () => agent.loss() === undefined)
    await agent.beat(presenceOf(user))
    expect((await bus.presence([user]))[0]?.value.incarnation).toBe(user.incarnation)
    expect(await redis.pttl(keys.presence(user))).toBeGreaterThan(0)
  })

  test("the generation can be asked for", async () => {
    await eventually("it is connected", () => agent.loss() === undefined)
    expect(await agent.generation()).toBe("g1")
    await bus.clearGeneration(user.teamId)
    expect(await agent.generation()).toBeUndefined()
  })
})

describe("losing the bus", () => {
  test("is told once, and so is its return; meanwhile writes fail and reads wait", async () => {
    await eventually("it is connected", () => agent.loss() === undefined)
    const losses: BusLoss["kind"][] = []
    let returns = 0
    agent.onLost(({ kind }) => losses.push(kind))
    agent.onBack(() => {
      returns += 1
    })
    await server.kill9()
    await eventually("it notices", () => agent.loss() !== undefined)
    await expect(agent.report([reportOf(user, 1)])).rejects.toMatchObject({ _tag: "BusUnavailable" })
    expect(await agent.takeTasks(1, { blockMillis: 20 })).toEqual([])
    await server.restart()
    await eventually("the server's half is back", () => bus.isUp())
    await bus.acl.grant(user)
    await bus.ensureMembers([user])
    await eventually("it is back", () => agent.loss() === undefined)
    expect(losses[0]).toBe("disconnected")
    expect(returns).toBe(1)
    await bus.setGeneration(user.teamId, "g1")
    await publish("1")
    expect(idsOf(await take())).toEqual(["1-0"])
  })

  test("to a revoked user is told as denied", async () => {
    await eventually("it is connected", () => agent.loss() === undefined)
    await bus.acl.revoke(user.username)
    await eventually("it is told", () => agent.loss()?.kind === "denied")
    await bus.acl.grant(user)
    await eventually("it is back", () => agent.loss() === undefined)
  })

  test("to a flush is told as no-group, without a storm of reads, until the dispatcher has rebuilt it", async () => {
    await eventually("it is connected", () => agent.loss() === undefined)
    await redis.flushall()
    await eventually("it is told", async () => {
      await agent.takeTasks(1, { blockMillis: 20 })
      return agent.loss()?.kind === "no-group"
    })
    // The server refuses at once; what keeps a loop from spinning is the pause, which only ever grows.
    const fromMillis = performance.now()
    for (let n = 0; n < 3; n += 1) expect(await agent.takeTasks(1, { blockMillis: 20 })).toEqual([])
    expect(performance.now() - fromMillis).toBeGreaterThan(RETRY_FIRST_DELAY_MILLIS)
    await bus.resetMember(user)
    await bus.setGeneration(user.teamId, "g1")
    await publish("1")
    expect(idsOf(await take())).toEqual(["1-0"])
    expect(agent.loss()).toBeUndefined()
  })

  test("a connection that hangs in a blocking read is given up and made anew", async () => {
    await eventually("it is connected", () => agent.loss() === undefined)
    await agent.takeTasks(1, { blockMillis: 20 })
    const before = await redis.client("LIST")
    await redis.client("PAUSE", 8_000, "ALL")
    const first = await agent.takeTasks(1, { blockMillis: 100 })
    expect(first).toEqual([])
    await publish("1")
    expect(idsOf(await take())).toEqual(["1-0"])
    expect(before).not.toBe(await redis.client("LIST"))
  })
})
