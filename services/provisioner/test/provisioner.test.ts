import { eventually } from "@muster/platform/testing"
import { existsSync, statSync } from "node:fs"
import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { setTimeout as delay } from "node:timers/promises"
import { afterEach, beforeEach, expect, test } from "vitest"
import { makePlace, type Place } from "#test/support.ts"

let place: Place
beforeEach(async () => {
  place = await makePlace()
})
afterEach(() => place.close())

test("a member that is added gets an agent with an invitation of its own; the token is spent and gone", async () => {
  place.start()
  const member = place.add()
  await place.running(member)
  expect(place.minted.map(({ memberId }) => memberId)).toEqual([member.memberId])
  await eventually(
    "the bootstrap file is gone",
    async () => !existsSync(join(place.root, member.memberId, "bootstrap.json")),
  )
})

test("a member finds the folder that its team shares as soon as it works, open to all and owned by none", async () => {
  place.start()
  const member = place.add()
  await place.running(member)
  expect(statSync(join(place.root, "..", "teams", member.teamId, "context")).mode & 0o7777).toBe(0o1777)
})

test("an agent that is killed comes back with the credentials it has", async () => {
  place.start()
  const member = place.add()
  const { pid } = await place.running(member)
  process.kill(pid ?? 0, "SIGKILL")
  await eventually("another one runs", async () => {
    const status = await place.statusOf(member)
    return status?.state === "running" && status.pid !== pid
  })
  expect(place.minted).toHaveLength(1)
})

test("an agent whose enrolment is refused is invited anew, with another token", async () => {
  place.refuseNext(2)
  place.start()
  const member = place.add()
  await place.running(member)
  expect(new Set(place.minted.map(({ token }) => token)).size).toBe(3)
})

test("removed members lose their agent and its directory, archived teams only the agent", async () => {
  place.start()
  const [gone, resting] = [place.add(), place.add()]
  await place.running(gone)
  await place.running(resting)
  place.desired.splice(0)
  place.books.append(`member-${gone.memberId}`, "MemberRemoved", { reason: "" })
  place.books.append(`team-${resting.teamId}`, "TeamArchived", { reason: "" })
  await eventually("it is gone", async () => (await place.statusOf(gone)) === undefined)
  const status = await eventually("it rests", async () => {
    const found = await place.statusOf(resting)
    return found?.state === "stopped" && found
  })
  expect(status.isEnrolled).toBe(true)
  place.desired.push(resting)
  place.books.append(`team-${resting.teamId}`, "TeamRestored", {})
  await place.running(resting)
  expect(place.minted).toHaveLength(2)
})

test("an agent that does not obey a kill switch is killed and begins anew, others are left alone", async () => {
  place.start()
  const [disobedient, other] = [place.add(), place.add()]
  const [{ pid }, { pid: otherPid }] = [await place.running(disobedient), await place.running(other)]
  // It hangs: it would not even hear that it is to end.
  process.kill(pid ?? 0, "SIGSTOP")
  place.books.append(`member-${disobedient.memberId}`, "MemberStopOrdered", { incarnation: "", reason: "" })
  await eventually("another one runs", async () => {
    const status = await place.statusOf(disobedient)
    return status?.state === "running" && status.pid !== pid
  })
  expect(await place.statusOf(other)).toMatchObject({ state: "running", pid: otherPid })
})

test("read models that forgot everything cost no agent its life", async () => {
  place.start()
  const member = place.add()
  const { pid } = await place.running(member)
  place.desired.splice(0) // as during a rebuild
  const other = place.add() // makes it look
  await place.running(other)
  await delay(1_500) // more than one resync
  expect(await place.statusOf(member)).toMatchObject({ state: "running", pid })
})

test("agents of a Muster that crashed are taken over; an orderly end stops them all", async () => {
  const first = place.start()
  const members = [place.add(), place.add()]
  const before = await Promise.all(members.map((member) => place.running(member)))
  // A second one over the same place, as after a crash of the first.
  const second = place.start()
  await delay(300)
  expect(await Promise.all(members.map(async (member) => (await place.statusOf(member))?.pid))).toEqual(
    before.map(({ pid }) => pid),
  )
  await Promise.all([first.stop(), second.stop()])
  for (const member of members) {
    expect(await place.statusOf(member)).toMatchObject({ state: "stopped", lastExit: { code: 0 } })
    const log = await readFile(join(place.root, member.memberId, "agent.log"), "utf8")
    for (const { token } of place.minted) expect(log).not.toContain(token)
  }
})

test("a member has its agent at one of two places, and at the other once the first is not heard any more", async () => {
  place.start()
  const member = place.add()
  const here = await place.running(member)
  const { driver } = place.startElsewhere()
  await delay(1_500) // more than one resync of both
  expect((await driver.list()).filter(({ state }) => state === "running")).toEqual([])

  // The first one goes on beating, as after a pause: it finds its member elsewhere and ends its own agent.
  place.places.silence("here")
  await eventually("it runs elsewhere", async () => (await driver.list()).some(({ state }) => state === "running"))
  const left = await eventually("the first one is stopped", async () => {
    const status = await place.statusOf(member)
    return status?.state === "stopped" && status
  })
  expect(left.lastExit?.code).toBe(0)
  expect(here.pid).not.toBe((await driver.list())[0]?.pid)
  expect(place.minted).toHaveLength(2)
})

test("an orderly end at one place lets the other begin at once", async () => {
  const first = place.start()
  const member = place.add()
  await place.running(member)
  const { driver } = place.startElsewhere()
  await first.stop()
  await eventually("it runs elsewhere", async () => (await driver.list()).some(({ state }) => state === "running"))
  expect(await place.statusOf(member)).toMatchObject({ state: "stopped" })
})
