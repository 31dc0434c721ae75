import { streams } from "@muster/domain"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import { servers } from "./support/file-servers.ts"
import { House } from "./support/house.ts"

let house: House
beforeEach(() => {
  house = new House(servers, { haltObeyMillis: 150 })
  house.startDispatcher()
})
afterEach(() => house.close())

const halt = { kind: "halt", by: "team", reason: "runaway", cancelQueued: false } as const
const release = { kind: "release", by: "team", reason: "found it" } as const

/** A member whose agent works on a task, with another one handed over ahead and one in the queue. */
const busyCrew = async () => {
  const crew = await house.crew({ slots: 1 })
  const ids = [await house.dispatch(crew), await house.dispatch(crew), await house.dispatch(crew)] as const
  const task = await crew.agent.task()
  await crew.agent.report(task, { kind: "started" })
  await house.reaches(ids[0], "running")
  await house.reaches(ids[1], "assigned")
  return { ...crew, task, running: ids[0], assigned: ids[1], queued: ids[2] }
}

describe("the kill switch", () => {
  test("tells the agent to cancel all it holds, and leaves what is queued", async () => {
    const crew = await busyCrew()
    await house.teamCommand(crew.teamId, halt)
    const cancel = await crew.agent.hears("cancel")
    expect(cancel.reason).toContain("runaway")
    await crew.agent.report(crew.task, { kind: "cancelled" })
    await house.reaches(crew.running, "cancelled")
    await house.reaches(crew.assigned, "cancelled")
    expect(await house.taskState(crew.queued)).toMatchObject({ phase: "queued" })
  })

  test("assigns nothing until it is lifted, and goes on then", async () => {
    const crew = await house.crew()
    await house.teamCommand(crew.teamId, halt)
    const waiting = await house.dispatch(crew)
    const witness = await house.crew()
    const seen = await house.dispatch(witness)
    await witness.agent.succeed(await witness.agent.task())
    await house.reaches(seen, "succeeded")
    expect(await house.typesOf(streams.task(waiting))).toEqual(["TaskDispatched"])
    await house.teamCommand(crew.teamId, release)
    await crew.agent.succeed(await crew.agent.task())
    await house.reaches(waiting, "succeeded")
  })

  test("cancels the queue as well when that is asked for, but not what is dispatched later", async () => {
    const crew = await busyCrew()
    await house.teamCommand(crew.teamId, { ...halt, cancelQueued: true })
    await house.reaches(crew.queued, "cancelled")
    const later = await house.dispatch(crew)
    await house.reaches(crew.running, "cancelled")
    await house.reaches(crew.assigned, "cancelled")
    expect(await house.taskState(later)).toMatchObject({ phase: "queued" })
  })

  test("orders an agent that does not confirm to stop, and records its work as cancelled", async () => {
    const crew = await busyCrew()
    await house.teamCommand(crew.teamId, halt)
    await crew.agent.hears("cancel")
    // It hears, and does nothing.
    const order = await house.happens(streams.member(crew.memberId), "MemberStopOrdered")
    expect(order.data).toMatchObject({ incarnation: (await house.memberState(crew)).incarnation })
    await house.reaches(crew.running, "cancelled")
    await house.reaches(crew.assigned, "cancelled")
    expect(await house.taskState(crew.queued)).toMatchObject({ phase: "queued" })
  })

  test("is on again after a restart: what was assigned meanwhile is cancelled", async () => {
    const crew = await house.crew()
    const taskId = await house.dispatch(crew)
    await crew.agent.task()
    await house.reaches(taskId, "assigned")
    await house.stopDispatcher()
    await house.teamCommand(crew.teamId, halt)
    house.startDispatcher()
    await house.reaches(taskId, "cancelled")
  })

  test("takes back what another dispatcher assigned at the same moment", async () => {
    const crew = await house.crew()
    await house.teamCommand(crew.teamId, halt)
    const taskId = await house.dispatch(crew)
    await house.assign(crew, taskId)
    await house.reaches(taskId, "cancelled")
  })

  test("of one team does not touch another", async () => {
    const halted = await busyCrew()
    const other = await house.crew()
    await house.teamCommand(halted.teamId, halt)
    await house.reaches(halted.assigned, "cancelled")
    const taskId = await house.dispatch(other)
    await other.agent.succeed(await other.agent.task())
    await house.reaches(taskId, "succeeded")
  })
})
