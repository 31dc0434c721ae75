import { streams } from "@muster/domain"
import { eventually } from "@muster/platform/testing"
import { keys } from "@muster/team-bus"
import { describe, expect, test } from "vitest"
import { house } from "./support/each-test.ts"
import { DONE } from "./support/specs.ts"

describe("presence", () => {
  test("an agent that is heard is present, one that is not heard any more is absent", async () => {
    const crew = await house.crew()
    await house.happens(streams.member(crew.memberId), "MemberPresent")
    crew.agent.fallSilent()
    await house.redis.del(keys.presence(crew))
    const absent = await house.happens(streams.member(crew.memberId), "MemberAbsent")
    expect((absent.data as { lastHeardAt: string | null }).lastHeardAt).not.toBeNull()
  })

  test("an agent whose runtime cannot work is blocked, in its words, gets nothing, and goes on when it can", async () => {
    const crew = await house.crew()
    const member = streams.member(crew.memberId)
    await house.happens(member, "MemberPresent")
    crew.agent.blockedReason = "opencode is not installed"
    crew.agent.status = "blocked"
    const blocked = await house.happens(member, "MemberBlocked")
    expect(blocked.data).toMatchObject({ reason: "opencode is not installed" })
    const taskId = await house.dispatch(crew)
    crew.agent.blockedReason = "opencode is too old"
    await eventually("another reason is said", async () =>
      (await house.redis.get(keys.presence(crew)))?.includes("too old"),
    )
    crew.agent.blockedReason = null
    crew.agent.status = "ready"
    await crew.agent.succeed(await crew.agent.task())
    await house.reaches(taskId, "succeeded")
    await house.happens(member, "MemberUnblocked")
    // The other reason came too soon after the first to be an event of its own.
    expect((await house.typesOf(member)).slice(2)).toEqual(["MemberPresent", "MemberBlocked", "MemberUnblocked"])
  })

  test("heartbeats of an incarnation that is not bound are not heard", async () => {
    const member = await house.addMember(await house.createTeam())
    const old = await house.enroll(member)
    await house.happens(streams.member(member.memberId), "MemberPresent")
    old.fallSilent()
    await house.enroll(member)
    const bound = (await house.history(streams.member(member.memberId))).filter(({ type }) => type === "MemberBound")
    expect(bound).toHaveLength(2)
    await eventually("the old agent's user is gone", () => old.bus.loss()?.kind === "denied")
  })
})

describe("leases", () => {
  test("an assignment that no heartbeat lists is taken back, and what the agent says of it later changes nothing", async () => {
    const crew = await house.crew()
    const taskId = await house.dispatch(crew)
    const first = await crew.agent.task(1)
    await crew.agent.report(first, { kind: "started" })
    await house.reaches(taskId, "running")
    crew.agent.live.delete(first.assignmentId)
    const second = await crew.agent.task(2)
    expect(second).toMatchObject({ taskId, epoch: 2, attempt: 1 })
    await crew.agent.hears("cancel")
    await crew.agent.acknowledges(await crew.agent.report(first, DONE))
    expect(["assigned", "queued"]).toContain((await house.taskState(taskId)).phase)
    await crew.agent.succeed(second)
    const types = await house.typesOf(streams.task(taskId))
    expect(types.filter((type) => type === "TaskSucceeded")).toHaveLength(1)
    expect(types).toContain("TaskLeaseExpired")
  })

  test("an assignment that was taken from the inbox and is never spoken of is given again", async () => {
    const crew = await house.crew()
    const taskId = await house.dispatch(crew)
    const first = await crew.agent.task(1)
    crew.agent.live.delete(first.assignmentId)
    await house.redis.xack(keys.inbox(crew), "agent", `${first.position}-0`)
    const second = await crew.agent.task(2)
    expect(second).toMatchObject({ taskId, epoch: 2, attempt: 1 })
    await crew.agent.succeed(second)
    await house.reaches(taskId, "succeeded")
  })

  test("an assignment that is listed is kept, however long it takes", async () => {
    const crew = await house.crew()
    const kept = await house.dispatch(crew)
    const task = await crew.agent.task()
    await crew.agent.report(task, { kind: "started" })
    const other = await house.crew()
    const lost = await house.dispatch(other)
    const silent = await other.agent.task()
    await other.agent.report(silent, { kind: "started" })
    other.agent.live.clear()
    await house.happens(streams.task(lost), "TaskLeaseExpired")
    expect((await house.taskState(kept)).phase).toBe("running")
  })

  test("a task that waits in the inbox of a silent agent is not taken back", async () => {
    const crew = await house.crew({ slots: 1 })
    await house.happens(streams.member(crew.memberId), "MemberPresent")
    await crew.agent.stop()
    const taskId = await house.dispatch(crew)
    const other = await house.crew()
    const lost = await house.dispatch(other)
    await other.agent.report(await other.agent.task(), { kind: "started" })
    other.agent.live.clear()
    await house.happens(streams.task(lost), "TaskLeaseExpired")
    expect(await house.typesOf(streams.task(taskId))).not.toContain("TaskLeaseExpired")
  })

  test("a task that waits in the inbox of an agent that is gone can be cancelled", async () => {
    const crew = await house.crew()
    await house.happens(streams.member(crew.memberId), "MemberPresent")
    await crew.agent.stop()
    const taskId = await house.dispatch(crew)
    await house.reaches(taskId, "assigned")
    await house.taskCommand(crew, taskId, { kind: "cancel", reason: "" })
    await house.reaches(taskId, "cancelled")
  })

  test("an assignment that vanished from the inbox before anyone began it is given out again", async () => {
    const crew = await house.crew({ slots: 2 })
    const busy = await house.dispatch(crew)
    await crew.agent.report(await crew.agent.task(1), { kind: "started" })
    await house.reaches(busy, "running")
    const taskId = await house.dispatch(crew)
    const lost = await crew.agent.task(2)
    crew.agent.live.delete(lost.assignmentId)
    await house.redis.xdel(keys.inbox(crew), `${lost.position}-0`)
    expect((await crew.agent.task(3)).taskId).toBe(taskId)
  })

  test("what a restarted agent reports as lost is given out again at once", async () => {
    const crew = await house.crew()
    const taskId = await house.dispatch(crew)
    const task = await crew.agent.task(1)
    await crew.agent.report(task, { kind: "started" }, { kind: "lost" })
    expect(await crew.agent.task(2)).toMatchObject({ taskId, epoch: 2 })
    const expired = await house.happens(streams.task(taskId), "TaskLeaseExpired")
    expect(expired.data).toMatchObject({ reason: "agent-restarted" })
  })
})

describe("a new incarnation", () => {
  test("takes over: what the old one held is taken back and given to the new one", async () => {
    const crew = await house.crew()
    const taskId = await house.dispatch(crew)
    await crew.agent.report(await crew.agent.task(), { kind: "started" })
    await house.reaches(taskId, "running")
    const next = await house.enroll(crew)
    const again = await next.task()
    expect(again).toMatchObject({ taskId, epoch: 2 })
    await next.succeed(again)
    await house.reaches(taskId, "succeeded")
    const expired = await house.happens(streams.task(taskId), "TaskLeaseExpired")
    expect(expired.data).toMatchObject({ reason: "member-rebound" })
  })

  test("does not hear acknowledgements that were meant for the old one", async () => {
    const crew = await house.crew()
    await house.dispatch(crew)
    await crew.agent.succeed(await crew.agent.task())
    const next = await house.enroll(crew)
    const taskId = await house.dispatch(crew)
    await next.succeed(await next.task())
    await house.reaches(taskId, "succeeded")
    const controls = await house.redis.xrange(keys.control(crew), "-", "+")
    const acked = controls.flatMap(([, fields]) => (JSON.parse(fields[1] ?? "{}") as { seqs?: number[] }).seqs ?? [])
    expect(acked).toEqual([1, 2])
  })
})

describe("a member that is removed", () => {
  test("its running work is cancelled, its waiting work dead-lettered, its keys and its user go", async () => {
    const crew = await house.crew({ slots: 1 })
    const runs = await house.dispatch(crew)
    await crew.agent.report(await crew.agent.task(), { kind: "started" })
    await house.reaches(runs, "running")
    const assigned = await house.dispatch(crew)
    await house.reaches(assigned, "assigned")
    const waits = await house.dispatch(crew)
    await house.memberCommand(crew, { kind: "remove", reason: "" })
    house.revokeUser(crew.memberId)
    await house.reaches(runs, "cancelled")
    expect((await house.reaches(assigned, "dead-lettered")).lastFailure?.reason).toBe("member-removed")
    expect((await house.reaches(waits, "dead-lettered")).lastFailure?.reason).toBe("member-removed")
    await crew.agent.hears("retire")
    await eventually("its keys are gone", async () => (await house.redis.keys(`*${crew.memberId}*`)).length === 0)
    await eventually("its user is gone", () => crew.agent.bus.loss()?.kind === "denied")
  })

  test("work that is sent to it afterwards is dead-lettered, and can be redriven to another", async () => {
    const crew = await house.crew()
    const gone = await house.addMember(crew.teamId, { handle: "gone" })
    await house.memberCommand(gone, { kind: "remove", reason: "" })
    const taskId = await house.dispatch(gone)
    await house.reaches(taskId, "dead-lettered")
    await house.taskCommand(crew, taskId, { kind: "redrive", memberId: crew.memberId })
    expect((await crew.agent.task()).taskId).toBe(taskId)
  })
})
