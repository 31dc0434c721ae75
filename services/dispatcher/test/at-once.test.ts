import { streams } from "@muster/domain"
import { eventually } from "@muster/platform/testing"
import { describe, expect, test } from "vitest"
import { house } from "./support/each-test.ts"

/** A member whose agent is heard and that holds nothing. */
const readyCrew = async (slots: number) => {
  const crew = await house.crew({ slots })
  await eventually("the member has room", async () => (house.offerAtOnce(crew)?.length === 1 ? true : undefined))
  return crew
}

describe("a dispatch that is handed over", () => {
  test("to a member with room is assigned in the same append, delivered, and ends as any other", async () => {
    const crew = await readyCrew(1)
    const taskId = await house.dispatchAtOnce(crew)
    const [dispatched, assigned] = await house.history(streams.task(taskId))
    expect(assigned?.type).toBe("TaskAssigned")
    expect(BigInt(assigned?.position ?? 0) - BigInt(dispatched?.position ?? 0)).toBe(1n)
    expect(assigned?.meta).toMatchObject({
      actor: { kind: "system", id: "dispatcher" },
      correlationId: dispatched?.meta.correlationId,
    })
    const task = await crew.agent.task()
    expect(task.taskId).toBe(taskId)
    await crew.agent.succeed(task)
    await house.reaches(taskId, "succeeded")
    expect(await house.typesOf(streams.task(taskId))).toEqual([
      "TaskDispatched",
      "TaskAssigned",
      "TaskStarted",
      "TaskSucceeded",
    ])
  })

  test("overtakes nothing that waits: it queues behind it", async () => {
    const crew = await readyCrew(1)
    const [first, second, third, fourth] = [
      await house.dispatchAtOnce(crew),
      await house.dispatchAtOnce(crew),
      await house.dispatchAtOnce(crew),
      await house.dispatchAtOnce(crew),
    ]
    expect([(await house.taskState(third)).phase, (await house.taskState(fourth)).phase]).toEqual(["queued", "queued"])
    const order: string[] = []
    for (let turn = 0; turn < 4; turn += 1) {
      const task = await crew.agent.task(turn + 1)
      order.push(task.taskId)
      await crew.agent.succeed(task)
      await house.reaches(task.taskId, "succeeded")
    }
    expect(order).toEqual([first, second, third, fourth])
  })

  test("never gives a member more than its slots and one, however many come at the same time", async () => {
    const crew = await readyCrew(3)
    const taskIds = await Promise.all(Array.from({ length: 20 }, () => house.dispatchAtOnce(crew)))
    const phases = await Promise.all(taskIds.map(async (taskId) => (await house.taskState(taskId)).phase))
    expect(phases.filter((phase) => phase !== "queued")).toHaveLength(4)
  })

  test("whose append fails leaves the room to the next", async () => {
    const crew = await readyCrew(1)
    for (let turn = 0; turn < 10; turn += 1) expect(house.offerAtOnce(crew)).toEqual(["TaskAssigned"])
  })

  test("to somebody who is not heard, or that must wait, is stored as it is", async () => {
    const absent = await house.addMember(await house.createTeam())
    const taskId = await house.dispatchAtOnce(absent)
    expect(await house.typesOf(streams.task(taskId))).toEqual(["TaskDispatched"])
    const crew = await readyCrew(1)
    const later = new Date(Date.now() + 3_600_000).toISOString()
    const waiting = await house.dispatchAtOnce(crew, { notBefore: later })
    expect(await house.typesOf(streams.task(waiting))).toEqual(["TaskDispatched"])
  })

  test("among many others reaches its member once, and none is left", async () => {
    const crew = await readyCrew(8)
    const dispatch = (index: number) => (index % 3 === 0 ? house.dispatch(crew) : house.dispatchAtOnce(crew))
    const taskIds = await Promise.all(Array.from({ length: 60 }, (_, index) => dispatch(index)))
    const seen = new Set<string>()
    for (let turn = 0; turn < taskIds.length; turn += 1) {
      const task = await crew.agent.task(turn + 1)
      expect(seen).not.toContain(task.assignmentId)
      seen.add(task.assignmentId)
      await crew.agent.succeed(task)
    }
    for (const taskId of taskIds) expect((await house.reaches(taskId, "succeeded")).epoch).toBe(1)
  })
})
