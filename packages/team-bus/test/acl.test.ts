import { eventually, startTestRedis, type TestRedis } from "@muster/platform/testing"
import type { Redis } from "ioredis"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { openTeamBus, type BusUser, type TeamBus } from "@muster/team-bus"
import { keys } from "#src/keys.ts"
import { connect, newMember, newUser, silentLog } from "./support/fixtures.ts"

let server: TestRedis
let redis: Redis
let bus: TeamBus
let user: BusUser
/** A colleague in the same team, whom the user must not reach. */
let mate: BusUser
let own: Redis
beforeAll(async () => {
  server = await startTestRedis()
  redis = await connect(server.url)
  bus = openTeamBus({ url: server.url, log: silentLog })
  await eventually("the bus is up", () => bus.isUp())
  user = newUser(newMember())
  mate = newUser(newMember(user.teamId))
  await bus.ensureMembers([user, mate])
  await bus.acl.grant(user)
  await bus.acl.grant(mate)
  own = await connect(server.url, user)
})
afterAll(async () => {
  own.disconnect()
  redis.disconnect()
  await bus.close()
  await server.stop()
})

/** What an agent may send, with the key in its place. */
const commands: Record<string, (key: string) => readonly string[]> = {
  XREADGROUP: (key) => ["XREADGROUP", "GROUP", "agent", "c", "COUNT", "1", "STREAMS", key, ">"],
  XACK: (key) => ["XACK", key, "agent", "1-0"],
  XREAD: (key) => ["XREAD", "COUNT", "1", "STREAMS", key, "0-0"],
  XADD: (key) => ["XADD", key, "*", "d", "{}"],
  SET: (key) => ["SET", key, "v", "PX", "1000"],
  GET: (key) => ["GET", key],
  XDEL: (key) => ["XDEL", key, "1-0"],
  XTRIM: (key) => ["XTRIM", key, "MAXLEN", "0"],
  XRANGE: (key) => ["XRANGE", key, "-", "+"],
  XGROUP: (key) => ["XGROUP", "CREATE", key, "g", "0"],
  XSETID: (key) => ["XSETID", key, "99-0"],
  XAUTOCLAIM: (key) => ["XAUTOCLAIM", key, "agent", "c", "0", "0"],
  DEL: (key) => ["DEL", key],
  UNLINK: (key) => ["UNLINK", key],
  EXPIRE: (key) => ["EXPIRE", key, "1"],
  RENAME: (key) => ["RENAME", key, key],
  TYPE: (key) => ["TYPE", key],
  DUMP: (key) => ["DUMP", key],
  "SET GET": (key) => ["SET", key, "v", "GET"],
}

const places = ["inbox", "control", "outbox", "presence", "deadLetters"] as const

/** The whole table: on its own keys an agent may do this and nothing else. */
const allowed: Record<(typeof places)[number] | "generation", readonly string[]> = {
  inbox: ["XREADGROUP", "XACK"],
  control: ["XREAD"],
  outbox: ["XADD"],
  presence: ["SET"],
  deadLetters: [],
  generation: ["GET"],
}

const dryRun = async (command: readonly string[]): Promise<boolean> =>
  (await redis.acl("DRYRUN", user.username, command[0] as string, ...command.slice(1))) === "OK"

describe("what an agent may do on its own keys", () => {
  for (const place of [...places, "generation"] as const)
    for (const [name, command] of Object.entries(commands)) {
      const isAllowed = allowed[place].includes(name)
      test(`${name} on ${place}: ${isAllowed ? "allowed" : "denied"}`, async () => {
        const key = place === "generation" ? keys.generation(user.teamId) : keys[place](user)
        expect(await dryRun(command(key))).toBe(isAllowed)
      })
    }
})

describe("what an agent may do on anybody else's keys", () => {
  for (const place of places)
    test(`nothing on a colleague's ${place}`, async () => {
      for (const [name, command] of Object.entries(commands))
        expect([name, await dryRun(command(keys[place](mate)))]).toEqual([name, false])
    })

  test("nothing on another team's generation", async () => {
    for (const [name, command] of Object.entries(commands))
      expect([name, await dryRun(command(keys.generation(newMember().teamId)))]).toEqual([name, false])
  })

  test("it cannot read its own and a colleague's inbox in one command", async () => {
    const both = ["XREADGROUP", "GROUP", "agent", "c", "STREAMS", keys.inbox(user), keys.inbox(mate), ">", ">"]
    expect(await dryRun(both)).toBe(false)
  })
})

describe("what an agent may do to the server", () => {
  test.each([
    ["FLUSHALL"],
    ["FLUSHDB"],
    ["KEYS", "*"],
    ["SCAN", "0"],
    ["EVAL", "return 1", "0"],
    ["EVALSHA", "0", "0"],
    ["FUNCTION", "LIST"],
    ["CONFIG", "GET", "*"],
    ["ACL", "LIST"],
    ["ACL", "WHOAMI"],
    ["CLIENT", "LIST"],
    ["CLIENT", "KILL", "USER", "default"],
    ["CLIENT", "NO-EVICT", "ON"],
    ["INFO"],
    ["MONITOR"],
    ["SHUTDOWN"],
    ["REPLICAOF", "NO", "ONE"],
    ["PUBLISH", "c", "m"],
    ["SUBSCRIBE", "c"],
    ["MULTI"],
    ["SWAPDB", "0", "1"],
    ["SELECT", "1"],
    ["DBSIZE"],
    ["WAIT", "0", "0"],
    ["RANDOMKEY"],
  ])("%s %s is denied", async (...command) => {
    await expect(own.call(...(command.filter((part) => part !== undefined) as [string, ...string[]]))).rejects.toThrow(
      /NOPERM/u,
    )
  })
})

describe("a real connection", () => {
  test("does the agent's own work", async () => {
    expect(await own.ping()).toBe("PONG")
    expect(await own.xadd(keys.outbox(user), "*", "d", "{}")).toMatch(/-/u)
    expect(await own.set(keys.presence(user), "v", "PX", 1_000)).toBe("OK")
    expect(await own.get(keys.generation(user.teamId))).toBeNull()
    expect(await own.xread("STREAMS", keys.control(user), "0-0")).toBeNull()
    expect(await own.xreadgroup("GROUP", "agent", "c", "STREAMS", keys.inbox(user), ">")).toBeNull()
  })

  test("cannot write its own inbox or control stream, nor a colleague's outbox", async () => {
    for (const key of [keys.inbox(user), keys.control(user), keys.outbox(mate)])
      await expect(own.xadd(key, "*", "d", "{}")).rejects.toThrow(/NOPERM/u)
  })

  test("cannot set a colleague's presence", async () => {
    await expect(own.set(keys.presence(mate), "v")).rejects.toThrow(/NOPERM/u)
  })

  test("is refused with a wrong password, and the hash is no password", async () => {
    const login = redis.duplicate({ username: "", lazyConnect: true })
    login.on("error", () => undefined)
    await login.connect()
    await expect(login.call("AUTH", user.username, "wrong")).rejects.toThrow(/WRONGPASS/u)
    await expect(login.call("AUTH", user.username, user.passwordSha256)).rejects.toThrow(/WRONGPASS/u)
    login.disconnect()
  })
})

describe("revoking", () => {
  test("deletes the user and ends its connections", async () => {
    const gone = newUser(newMember())
    await bus.acl.grant(gone)
    const connection = await connect(server.url, gone)
    const ended = new Promise((resolve) => connection.once("end", resolve))
    await bus.acl.revoke(gone.username)
    await ended
    await expect(connect(server.url, gone)).rejects.toThrow(/closed/u)
  })

  test("of a user that is not there changes nothing", async () => {
    await bus.acl.revoke("muster-nobody")
    expect(await own.ping()).toBe("PONG")
  })

  test("leaves the user of the next incarnation of the same member alone", async () => {
    const member = newMember()
    const [first, second] = [newUser(member), newUser(member)]
    await bus.acl.grant(first)
    await bus.acl.grant(second)
    await bus.acl.revoke(first.username)
    const connection = await connect(server.url, second)
    expect(await connection.ping()).toBe("PONG")
    connection.disconnect()
  })
})

describe("reconciling", () => {
  test("makes missing users, removes unwanted ones of ours, and touches no others", async () => {
    await bus.acl.reconcile(async () => [user, mate])
    const [missing, unwanted] = [newUser(newMember()), newUser(newMember())]
    await bus.acl.grant(unwanted)
    await redis.acl("SETUSER", "operator", "on", "nopass")
    const outcome = await bus.acl.reconcile(async () => [user, mate, missing])
    expect(outcome).toEqual({ granted: 1, revoked: 1 })
    const users = await redis.acl("USERS")
    expect(users).toEqual(
      expect.arrayContaining(["default", "operator", user.username, mate.username, missing.username]),
    )
    expect(users).not.toContain(unwanted.username)
    expect(await own.ping()).toBe("PONG")
  })

  test("sets rights right that somebody changed", async () => {
    await redis.acl("SETUSER", user.username, "+@all", "~*")
    await bus.acl.reconcile(async () => [user, mate])
    await expect(own.flushall()).rejects.toThrow(/NOPERM/u)
  })

  test("leaves a user alone that was granted while it asked who is wanted", async () => {
    const late = newUser(newMember())
    await bus.acl.reconcile(async () => {
      const wanted = [user, mate]
      await bus.acl.grant(late)
      return wanted
    })
    expect(await redis.acl("USERS")).toContain(late.username)
  })
})
