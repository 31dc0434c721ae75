import { streams, type TaskId } from "@muster/domain"
import { describe, expect, test } from "vitest"
import { house } from "./support/each-test.ts"
import type { MemberHandle } from "./support/house.ts"

const later = () => new Date(Date.now() + 600_000).toISOString()
const dispatchFor = (parentTaskId: TaskId, crew: MemberHandle) =>
  house.dispatch(crew, { title: "A part of it", parentTaskId, depth: 1 })
const cancel = (crew: MemberHandle, taskId: TaskId) =>
  house.taskCommand(crew, taskId, { kind: "cancel", reason: "not wanted any more" })

describe("tasks that a task has dispatched", () => {
  test("are cancelled with it, and theirs with them; the cause is named", async () => {
    const crew = await house.crew({ slots: 1 })
    const root = await house.dispatch(crew, {
      title: "The whole",
      notBefore: later(),
    })
    const child = await dispatchFor(root, crew)
    const grandchild = await house.dispatch(crew, { parentTaskId: child, depth: 2, notBefore: later() })
    const stranger = await house.dispatch(crew)
    const held = await crew.agent.task(1)
    await cancel(crew, root)
    // The child is held: its agent is told and confirms.
    await crew.agent.hears("cancel")
    await crew.agent.report(held, { kind: "cancelled" })
    await house.reaches(child, "cancelled")
    await house.reaches(grandchild, "cancelled")
    const [ended] = (await house.history(streams.task(root))).slice(-1)
    const asked = (await house.history(streams.task(child))).find(({ type }) => type === "TaskCancelRequested")
    expect(asked?.meta).toMatchObject({ causationId: ended?.id, actor: { id: "dispatcher" } })
    expect(asked?.data).toMatchObject({ reason: expect.stringContaining('"The whole"') })
    expect((await house.taskState(stranger)).phase).not.toBe("cancelled")
  })

  test("are cancelled when it failed, but not when it succeeded", async () => {
    const crew = await house.crew({ slots: 4 })
    const [good, bad] = [await house.dispatch(crew), await house.dispatch(crew)]
    const kept = await house.dispatch(crew, { parentTaskId: good, depth: 1, notBefore: later() })
    const dropped = await house.dispatch(crew, { parentTaskId: bad, depth: 1, notBefore: later() })
    const [first, second] = [await crew.agent.task(1), await crew.agent.task(2)]
    await crew.agent.succeed(first)
    await crew.agent.report(
      second,
      { kind: "started" },
      { kind: "failed", reason: "error", message: "it broke", isRetryable: false },
    )
    await house.reaches(dropped, "cancelled")
    expect((await house.taskState(kept)).phase).toBe("waiting")
  })

  test("are cancelled that came to be just after it was cancelled, or while no dispatcher ran", async () => {
    const crew = await house.crew()
    const waiting = { notBefore: later() }
    const root = await house.dispatch(crew, waiting)
    await cancel(crew, root)
    await house.reaches(await dispatchFor(root, crew), "cancelled")

    const other = await house.dispatch(crew, waiting)
    const early = await house.dispatch(crew, { ...waiting, parentTaskId: other, depth: 1 })
    await house.stopDispatcher()
    await cancel(crew, other)
    house.startDispatcher()
    await house.reaches(early, "cancelled")
  })
})
