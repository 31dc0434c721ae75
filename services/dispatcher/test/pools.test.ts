import { streams } from "@muster/domain"
import { eventually } from "@muster/platform/testing"
import { keys } from "@muster/team-bus"
import { describe, expect, test } from "vitest"
import { house } from "./support/each-test.ts"
import type { MemberHandle } from "./support/house.ts"

const dispatchTo = ({ teamId }: MemberHandle) => house.dispatchToPool(teamId, ["rust"])

describe("work of a pool", () => {
  test("waits while nobody has the skill, and is given to the member who learns it", async () => {
    const crew = await house.crew({ skills: ["go"] })
    const taskId = await dispatchTo(crew)
    const own = await house.dispatch(crew)
    await crew.agent.succeed(await crew.agent.task())
    await house.reaches(own, "succeeded")
    expect(await house.taskState(taskId)).toMatchObject({ phase: "queued", memberId: "" })
    const { profile } = await house.memberState(crew)
    if (profile === undefined) throw new Error("the member has a profile")
    await house.memberCommand(crew, { kind: "edit", profile: { ...profile, skills: ["Rust"] } })
    const task = await crew.agent.task(2)
    expect(task).toMatchObject({ taskId, memberId: crew.memberId })
    await crew.agent.succeed(task)
    expect(await house.reaches(taskId, "succeeded")).toMatchObject({ memberId: crew.memberId })
  })

  test("waits at the pool while all who have the skill are busy, and goes to whoever is free first", async () => {
    const first = await house.crew({ skills: ["rust"] })
    const secondMember = await house.addMember(first.teamId, { skills: ["rust"] })
    const second = { ...secondMember, agent: await house.enroll(secondMember) }
    const busy = [await dispatchTo(first), await dispatchTo(first)]
    const [one, two] = await Promise.all([first.agent.task(), second.agent.task()])
    expect(new Set([one.taskId, two.taskId])).toEqual(new Set(busy))
    const next = await dispatchTo(first)
    await second.agent.succeed(two)
    const task = await second.agent.task(2)
    expect(task).toMatchObject({ taskId: next, memberId: second.memberId })
    await Promise.all([second.agent.succeed(task), first.agent.succeed(one)])
    await house.reaches(next, "succeeded")
  })

  test("goes back to the pool when its holder is lost, and another member does it", async () => {
    const first = await house.crew({ skills: ["rust"] })
    const taskId = await dispatchTo(first)
    const lost = await first.agent.task()
    await first.agent.report(lost, { kind: "started" })
    await house.reaches(taskId, "running")
    const secondMember = await house.addMember(first.teamId, { skills: ["rust"] })
    await first.agent.stop()
    // Its heartbeat would be believed until the key ends by itself.
    await house.redis.del(keys.presence(first))
    await house.happens(streams.task(taskId), "TaskLeaseExpired")
    const second = await house.enroll(secondMember)
    const task = await second.task()
    expect(task).toMatchObject({ taskId, memberId: secondMember.memberId, attempt: 1, epoch: 2 })
    await second.succeed(task)
    await house.reaches(taskId, "succeeded")
  })

  test("survives the removal of the last member with the skill: it waits, and is no dead letter", async () => {
    const crew = await house.crew({ skills: ["rust"], slots: 1 })
    const [held, waiting] = [await dispatchTo(crew), await dispatchTo(crew)]
    await crew.agent.report(await crew.agent.task(), { kind: "started" })
    await house.reaches(held, "running")
    await house.memberCommand(crew, { kind: "remove", reason: "left" })
    await eventually("the held task is back in the pool", async () => {
      const state = await house.taskState(held)
      return state.phase === "queued" && state.memberId === "" ? state : undefined
    })
    expect(await house.taskState(waiting)).toMatchObject({ phase: "queued", memberId: "" })
    const otherMember = await house.addMember(crew.teamId, { skills: ["rust"], slots: 2 })
    const other = await house.enroll(otherMember)
    const tasks = [await other.task(1), await other.task(2)]
    expect(new Set(tasks.map(({ taskId }) => taskId))).toEqual(new Set([held, waiting]))
  })

  test("is found again by a dispatcher that starts anew", async () => {
    const crew = await house.crew({ skills: ["go"] })
    const taskId = await dispatchTo(crew)
    await house.stopDispatcher()
    const able = await house.addMember(crew.teamId, { skills: ["rust"] })
    const agent = await house.enroll(able)
    house.startDispatcher()
    const task = await agent.task()
    expect(task.taskId).toBe(taskId)
    await agent.succeed(task)
    await house.reaches(taskId, "succeeded")
  })
})

describe("a member that drains", () => {
  test("finishes what it holds, takes nothing new, and goes on when it is resumed", async () => {
    const crew = await house.crew({ slots: 1 })
    const held = await house.dispatch(crew)
    const task = await crew.agent.task()
    await crew.agent.report(task, { kind: "started" })
    await house.reaches(held, "running")
    await house.memberCommand(crew, { kind: "drain", reason: "update" })
    const next = await house.dispatch(crew)
    await crew.agent.succeed(task)
    await house.reaches(held, "succeeded")
    // Another team's work passes through the same dispatcher after it: the drained member was looked at, and got nothing.
    const witness = await house.crew()
    const seen = await house.dispatch(witness)
    await witness.agent.succeed(await witness.agent.task())
    await house.reaches(seen, "succeeded")
    expect(await house.taskState(next)).toMatchObject({ phase: "queued" })
    await house.memberCommand(crew, { kind: "resume" })
    await crew.agent.succeed(await crew.agent.task(2))
    await house.reaches(next, "succeeded")
  })

  test("like a whole team does", async () => {
    const crew = await house.crew()
    await house.teamCommand(crew.teamId, { kind: "drain", reason: "move" })
    const waiting = await house.dispatch(crew)
    const witness = await house.crew()
    const seen = await house.dispatch(witness)
    await witness.agent.succeed(await witness.agent.task())
    await house.reaches(seen, "succeeded")
    expect(await house.taskState(waiting)).toMatchObject({ phase: "queued" })
    await house.teamCommand(crew.teamId, { kind: "resume" })
    await crew.agent.succeed(await crew.agent.task())
    await house.reaches(waiting, "succeeded")
  })
})
