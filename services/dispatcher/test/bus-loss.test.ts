import { streams } from "@muster/domain"
import { eventually } from "@muster/platform/testing"
import { keys } from "@muster/team-bus"
import { describe, expect, test } from "vitest"
import { house } from "./support/each-test.ts"
import { servers } from "./support/file-servers.ts"
import { DONE } from "./support/specs.ts"

const questionId = "0190b0a0-0000-7000-8000-000000000009" as never

describe("the bus forgets everything", () => {
  test("FLUSHALL in the middle of work costs nothing: held work is published again, and runs once", async () => {
    const crew = await house.crew({ slots: 1 })
    const running = await house.dispatch(crew)
    const waiting = await house.dispatch(crew)
    const task = await crew.agent.task(1)
    await crew.agent.report(task, { kind: "started" })
    await house.reaches(running, "running")
    await house.redis.flushall()
    const rebuilt = await house.happens(streams.team(crew.teamId), "BusRebuilt")
    expect(rebuilt.data).toMatchObject({ assignments: 2 })
    await crew.agent.succeed(task)
    await crew.agent.succeed(await crew.agent.task(2))
    await house.reaches(running, "succeeded")
    await house.reaches(waiting, "succeeded")
    for (const taskId of [running, waiting])
      expect((await house.typesOf(streams.task(taskId))).filter((type) => type === "TaskAssigned")).toHaveLength(1)
  })

  test("what nobody had taken from an inbox is in it again", async () => {
    const crew = await house.crew()
    await house.happens(streams.member(crew.memberId), "MemberPresent")
    await crew.agent.stopTaking()
    const taskId = await house.dispatch(crew)
    await eventually("it is in the inbox", async () => (await house.redis.xlen(keys.inbox(crew))) === 1)
    await house.redis.flushall()
    await house.happens(streams.team(crew.teamId), "BusRebuilt")
    crew.agent.takeAgain()
    expect((await crew.agent.task()).taskId).toBe(taskId)
    expect((await house.typesOf(streams.task(taskId))).filter((type) => type === "TaskAssigned")).toHaveLength(1)
  })

  test("what a person said before is said again", async () => {
    const crew = await house.crew()
    const taskId = await house.dispatch(crew)
    const task = await crew.agent.task()
    await crew.agent.report(task, { kind: "question", questionId, text: "Which?", choices: [] })
    await house.reaches(taskId, "needs-input")
    await house.taskCommand(crew, taskId, { kind: "answer", questionId, answer: "this" })
    await house.taskCommand(crew, taskId, { kind: "pause" })
    await house.taskCommand(crew, taskId, { kind: "cancel", reason: "enough" })
    await crew.agent.hears("cancel")
    await house.redis.flushall()
    await house.happens(streams.team(crew.teamId), "BusRebuilt")
    const controls = await house.redis.xrange(keys.control(crew), "-", "+")
    const kinds = controls.map(([, fields]) => (JSON.parse(fields[1] ?? "{}") as { kind: string }).kind)
    expect(kinds).toEqual(expect.arrayContaining(["settings", "answer", "pause", "cancel"]))
  })

  test("reports that were not recorded yet are sent again by the agent, and recorded once", async () => {
    const crew = await house.crew()
    const taskId = await house.dispatch(crew)
    const task = await crew.agent.task()
    await house.stopDispatcher()
    const seqs = await crew.agent.report(task, { kind: "started" }, DONE)
    await house.redis.flushall()
    house.startDispatcher()
    await eventually("the bus is back", async () => (await house.redis.exists(keys.generation(crew.teamId))) === 1)
    await crew.agent.resend()
    await crew.agent.acknowledges(seqs)
    await house.reaches(taskId, "succeeded")
  })

  test("Redis killed and started empty: users, inboxes and controls come back, and work goes on", async () => {
    const crew = await house.crew()
    const taskId = await house.dispatch(crew)
    const task = await crew.agent.task()
    await crew.agent.report(task, { kind: "started" })
    await house.reaches(taskId, "running")
    await servers.redis.kill9()
    await eventually("the agent notices", () => crew.agent.bus.loss() !== undefined)
    await servers.redis.restart()
    await house.happens(streams.team(crew.teamId), "BusRebuilt")
    await eventually("the agent is back", () => crew.agent.bus.loss() === undefined)
    const seqs = await eventually("the outcome is sent", () => crew.agent.report(task, DONE).catch(() => undefined))
    await eventually("it is acknowledged", async () => {
      await crew.agent.resend()
      return seqs.every((seq) => crew.agent.acked.has(seq))
    })
    await house.reaches(taskId, "succeeded")
    expect((await house.typesOf(streams.task(taskId))).filter((type) => type === "TaskAssigned")).toHaveLength(1)
  })

  test("nobody's lease runs while the bus hangs, and everyone has a full one afterwards", async () => {
    const crew = await house.crew()
    const taskId = await house.dispatch(crew)
    const task = await crew.agent.task()
    await crew.agent.report(task, { kind: "started" })
    await house.reaches(taskId, "running")
    // Twice as long as the lease of these tests; the second command waits for the end of it.
    crew.agent.fallSilent()
    await house.redis.client("PAUSE", 1_400, "ALL")
    await house.redis.ping()
    crew.agent.speakAgain()
    await crew.agent.succeed(task)
    await house.reaches(taskId, "succeeded")
    expect(await house.typesOf(streams.task(taskId))).not.toContain("TaskLeaseExpired")
  })

  test("a single lost inbox is made again", async () => {
    const crew = await house.crew({ slots: 1 })
    await house.dispatch(crew)
    await crew.agent.task(1)
    await house.redis.del(keys.inbox(crew))
    const next = await house.dispatch(crew)
    expect((await crew.agent.task(2)).taskId).toBe(next)
  })
})

describe("an inbox that was deleted, and made anew by somebody else", () => {
  /** As the reader of reports does when the outbox is gone as well. */
  const makeAnew = (inbox: string) =>
    house.redis.multi().del(inbox).xgroup("CREATE", inbox, "agent", "0", "MKSTREAM").exec()

  test("is filled again with what the member holds, before any lease ends", async () => {
    const crew = await house.crew({ slots: 1 })
    await house.happens(streams.member(crew.memberId), "MemberPresent")
    await crew.agent.stopTaking()
    const taskId = await house.dispatch(crew)
    await eventually("it is in the inbox", async () => (await house.redis.xlen(keys.inbox(crew))) === 1)
    await makeAnew(keys.inbox(crew))
    crew.agent.takeAgain()
    expect((await crew.agent.task(1)).taskId).toBe(taskId)
    expect((await house.typesOf(streams.task(taskId))).filter((type) => type === "TaskAssigned")).toHaveLength(1)
  })

  test("is filled again in order, when more is assigned before anybody looks", async () => {
    const crew = await house.crew({ slots: 1 })
    await house.happens(streams.member(crew.memberId), "MemberPresent")
    await crew.agent.stopTaking()
    const first = await house.dispatch(crew)
    await eventually("it is in the inbox", async () => (await house.redis.xlen(keys.inbox(crew))) === 1)
    await makeAnew(keys.inbox(crew))
    const second = await house.dispatch(crew)
    crew.agent.takeAgain()
    expect((await crew.agent.task(1)).taskId).toBe(first)
    expect((await crew.agent.task(2)).taskId).toBe(second)
    for (const taskId of [first, second])
      expect((await house.typesOf(streams.task(taskId))).filter((type) => type === "TaskAssigned")).toHaveLength(1)
  })
})

describe("a control stream that is lost alone", () => {
  test("takes no cancel with it: who goes on is told again", async () => {
    const crew = await house.crew()
    const taskId = await house.dispatch(crew)
    const task = await crew.agent.task()
    await crew.agent.report(task, { kind: "started" })
    await house.reaches(taskId, "running")
    const cancels = async () =>
      (await house.redis.xrange(keys.control(crew), "-", "+")).filter(([, fields]) =>
        (fields[1] ?? "").includes('"kind":"cancel"'),
      )
    await house.taskCommand(crew, taskId, { kind: "cancel", reason: "enough" })
    const [first] = await eventually("the word to stop", async () => {
      const found = await cancels()
      return found.length > 0 && found
    })
    await house.redis.del(keys.control(crew))
    const [again] = await eventually("it is said again", async () => {
      const found = await cancels()
      return found.length > 0 && found
    })
    expect(again?.[0]).not.toBe(first?.[0])
    expect(again?.[1][1]).toContain("enough")
    await crew.agent.report(task, { kind: "cancelled" })
    await house.reaches(taskId, "cancelled")
  })
})

describe("foreign ids in an inbox", () => {
  test("an entry written with * is set aside before it can swallow a task", async () => {
    const crew = await house.crew({ slots: 1 })
    await house.dispatch(crew)
    await crew.agent.task(1)
    await house.redis.xadd(keys.inbox(crew), "*", "d", "{}")
    const quarantined = await house.happens(streams.member(crew.memberId), "MemberInboxQuarantined")
    const { setAsideAs } = quarantined.data as { setAsideAs: string }
    expect(await house.redis.exists(setAsideAs)).toBe(1)
    const next = await house.dispatch(crew)
    expect((await crew.agent.task(2)).taskId).toBe(next)
  })
})

describe("the dispatcher goes and comes", () => {
  test("what happened while it was away is done when it is back", async () => {
    const crew = await house.crew({ slots: 1 })
    const running = await house.dispatch(crew)
    const task = await crew.agent.task(1)
    await crew.agent.report(task, { kind: "started" })
    await house.reaches(running, "running")
    await house.stopDispatcher()
    const dependency = await house.dispatch(crew)
    const waiting = await house.dispatch(crew, { after: [dependency] })
    await house.taskCommand(crew, running, { kind: "cancel", reason: "stop" })
    await crew.agent.report(task, { kind: "cancelled" })
    house.startDispatcher()
    await house.reaches(running, "cancelled")
    await crew.agent.hears("cancel")
    await crew.agent.succeed(await crew.agent.task(2))
    await house.reaches(dependency, "succeeded")
    await crew.agent.succeed(await crew.agent.task(3))
    await house.reaches(waiting, "succeeded")
  })

  test("an assignment recorded but not published before a crash is published afterwards, on a bus that lost nothing", async () => {
    const crew = await house.crew({ slots: 1 })
    await house.happens(streams.member(crew.memberId), "MemberPresent")
    await house.stopDispatcher()
    const taskId = await house.dispatch(crew)
    await house.assign(crew, taskId)
    house.startDispatcher()
    expect((await crew.agent.task(1)).taskId).toBe(taskId)
    expect(await house.typesOf(streams.team(crew.teamId))).not.toContain("BusRebuilt")
  })

  test("also one that the dispatcher before had not known of when it published a later one", async () => {
    const crew = await house.crew({ slots: 2 })
    await house.happens(streams.member(crew.memberId), "MemberPresent")
    await house.stopDispatcher()
    const taskIds = [await house.dispatch(crew), await house.dispatch(crew)]
    for (const taskId of taskIds) await house.assign(crew, taskId)
    const later = await house.happens(streams.task(taskIds[1] ?? ""), "TaskAssigned")
    // Its inbox ends there, as if the later one had been read and taken off.
    const entryId = `${later.position}-0`
    await house.redis.multi().xadd(keys.inbox(crew), entryId, "d", "{}").xdel(keys.inbox(crew), entryId).exec()
    house.startDispatcher()
    expect((await crew.agent.task(1)).taskId).toBe(taskIds[0])
    expect((await crew.agent.task(2)).taskId).toBe(taskIds[1])
    for (const taskId of taskIds)
      expect((await house.typesOf(streams.task(taskId))).filter((type) => type === "TaskAssigned")).toHaveLength(1)
  })

  test("and on one that was started empty meanwhile", async () => {
    const crew = await house.crew({ slots: 1 })
    await house.happens(streams.member(crew.memberId), "MemberPresent")
    await servers.redis.kill9()
    const taskId = await house.dispatch(crew)
    await house.reaches(taskId, "assigned")
    await house.stopDispatcher()
    await servers.redis.restart()
    house.startDispatcher()
    expect((await crew.agent.task(1)).taskId).toBe(taskId)
  })

  test("a task whose dependency ended while it was away does not wait for ever", async () => {
    const member = await house.addMember(await house.createTeam())
    const first = await house.dispatch(member)
    const second = await house.dispatch(member, { after: [first] })
    await house.stopDispatcher()
    await house.taskCommand(member, first, { kind: "cancel", reason: "" })
    house.startDispatcher()
    await house.reaches(second, "failed")
  })

  test("a stop in the middle of work leaves what runs alone", async () => {
    const crew = await house.crew()
    const taskId = await house.dispatch(crew)
    const task = await crew.agent.task()
    await crew.agent.report(task, { kind: "started" })
    await house.reaches(taskId, "running")
    await house.stopDispatcher()
    house.startDispatcher()
    await crew.agent.succeed(task)
    await house.reaches(taskId, "succeeded")
    expect(crew.agent.taken).toHaveLength(1)
  })

  test("a new incarnation that was bound meanwhile gets the work of the old one", async () => {
    const crew = await house.crew()
    const taskId = await house.dispatch(crew)
    await crew.agent.report(await crew.agent.task(), { kind: "started" })
    await house.reaches(taskId, "running")
    await house.stopDispatcher()
    const next = await house.enroll(crew)
    house.startDispatcher()
    expect(await next.task()).toMatchObject({ taskId, epoch: 2 })
    const expired = await house.happens(streams.task(taskId), "TaskLeaseExpired")
    expect(expired.data).toMatchObject({ reason: "member-rebound" })
  })

  test("a second dispatcher takes over when the first one is gone", async () => {
    const crew = await house.crew()
    await house.happens(streams.member(crew.memberId), "MemberPresent")
    const other = house.startSecondDispatcher()
    await house.dispatch(crew)
    await crew.agent.succeed(await crew.agent.task(1))
    await house.stopDispatcher()
    const second = await house.dispatch(crew)
    await crew.agent.succeed(await crew.agent.task(2))
    await house.reaches(second, "succeeded")
    await other.stop()
  })
})
