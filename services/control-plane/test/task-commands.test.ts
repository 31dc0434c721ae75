import { ApprovalId, approvalHash, AssignmentId, fact, QuestionId } from "@muster/domain"
import { v7 } from "uuid"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import type { Answer } from "./support/edge.ts"
import { addMember, dispatch, type House, memberIdOf, newTeam, openHouse, readTask, record } from "./support/house.ts"

let house: House
beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house.close())

describe("a task", () => {
  const atWork = async (more: object = {}) => {
    const team = await newTeam(house)
    const lea = await addMember(house, team, "lea", more)
    const task = await dispatch(house, team, lea)
    const assignmentId = AssignmentId.make(v7())
    const assigned = { assignmentId, memberId: memberIdOf(lea), run: 1, attempt: 1, epoch: 1 }
    await record(house, team, task, fact("TaskAssigned", assigned), fact("TaskStarted", { assignmentId }))
    return { team, lea, task, path: `${team}/tasks/${task}`, assignmentId }
  }
  const historyOf = async (team: string, task: string) => {
    await house.get(`${team}?atLeast=${await house.floor.log.head()}`)
    const { items } = (await house.get(`${team}/history?task=${task}`)).json as {
      items: { type: string; data: object; meta: { actor: object } }[]
    }
    return { events: items }
  }
  const phaseOf = async (team: string, task: string, answer: Answer) =>
    (await readTask(house, team, task, answer)).task["phase"]

  test("is cancelled at once while nobody holds it, and asked to stop when somebody does", async () => {
    const team = await newTeam(house)
    const task = await dispatch(house, team, await addMember(house, team, "lea"))
    const cancelled = await house.post(`${team}/tasks/${task}/cancel`, { reason: "no need" })
    expect(await phaseOf(team, task, cancelled)).toBe("cancelled")
    expect(await house.post(`${team}/tasks/${task}/cancel`, {})).toMatchObject({ status: 409, problem: "closed" })
    const held = await atWork()
    const asked = await house.post(`${held.path}/cancel`, {})
    expect((await readTask(house, held.team, held.task, asked)).task).toMatchObject({
      phase: "running",
      isCancelRequested: true,
    })
  })

  test("is paused, resumed and moved in its queue only when that makes sense", async () => {
    const { team, task, path } = await atWork()
    const paused = await house.post(`${path}/pause`, {})
    expect(await phaseOf(team, task, paused)).toBe("paused")
    const resumed = await house.post(`${path}/resume`, {})
    expect(await phaseOf(team, task, resumed)).toBe("running")
    expect(await house.post(`${path}/resume`, {})).toMatchObject({ status: 409, problem: "conflict" })
    expect(await house.post(`${path}/priority`, { priority: 9 })).toMatchObject({
      status: 409,
      problem: "conflict",
      json: { code: "not-queued" },
    })
  })

  test("gets the answer it waits for once, and no other", async () => {
    const { team, task, path, assignmentId } = await atWork()
    const questionId = QuestionId.make(v7())
    await record(house, team, task, fact("TaskQuestionAsked", { assignmentId, questionId, text: "?", choices: [] }))
    const answered = await house.post(`${path}/questions/${questionId}/answer`, { answer: "42" })
    expect(await phaseOf(team, task, answered)).toBe("running")
    for (const id of [questionId, v7()])
      expect(await house.post(`${path}/questions/${id}/answer`, { answer: "43" })).toMatchObject({ status: 409 })
  })

  test("gets the approval it waits for once, for exactly what was shown", async () => {
    const { team, task, path, assignmentId } = await atWork()
    const approvalId = ApprovalId.make(v7())
    const shown = { action: "rm", detail: '{"path":"/srv/reports"}' }
    const hash = approvalHash(shown)
    await record(house, team, task, fact("TaskApprovalRequested", { assignmentId, approvalId, ...shown, hash }))
    const decide = (body: object) => house.post(`${path}/approvals/${approvalId}/decide`, body)
    const other = approvalHash({ ...shown, detail: '{"path":"/srv"}' })
    const refused = await decide({ isApproved: true, hash: other })
    expect(refused).toMatchObject({ status: 409, problem: "not-what-was-shown" })
    expect(JSON.stringify(refused.json)).toContain("look at it again")
    expect(await decide({ isApproved: true })).toMatchObject({ status: 422, problem: "validation" })
    const { events } = await historyOf(team, task)
    expect(events.map(({ type }) => type)).not.toContain("TaskApprovalDecided")
    expect(await phaseOf(team, task, await decide({ isApproved: true, hash }))).toBe("running")
    expect(await decide({ isApproved: false, hash })).toMatchObject({ status: 409, problem: "conflict" })
    const { events: after } = await historyOf(team, task)
    expect(after.filter(({ type }) => type === "TaskApprovalDecided")).toMatchObject([
      { data: { approvalId, isApproved: true, hash }, meta: { actor: { kind: "person" } } },
    ])
  })

  test("takes what a person says to its agent, where that can hear it: at once, or between its turns", async () => {
    const acp = await atWork({ runtime: "acp" })
    const say = (path: string, body: object, key?: string) =>
      house.post(`${path}/steer`, body, key === undefined ? {} : { key })
    expect(await say(acp.path, { text: "in euros", isInterrupt: true }, "once")).toMatchObject({ status: 202 })
    const repeated = await say(acp.path, { text: "in euros", isInterrupt: true }, "once")
    await house.get(`${acp.team}?atLeast=${repeated.position}`)
    const { items } = (await house.get(`${acp.team}/history?task=${acp.task}`)).json as {
      items: { type: string; data: object }[]
    }
    expect(items.filter(({ type }) => type === "TaskSteered")).toMatchObject([
      { data: { text: "in euros", isInterrupt: true } },
    ])
    const openclaw = await atWork({ runtime: "openclaw" })
    expect(await say(openclaw.path, { text: "in euros" })).toMatchObject({ status: 202 })
    expect(await say(openclaw.path, { text: "in euros", isInterrupt: true })).toMatchObject({ status: 409 })
    const deaf = await say((await atWork()).path, { text: "in euros" })
    expect(deaf).toMatchObject({ status: 409, problem: "conflict" })
    expect(JSON.stringify(deaf.json)).toContain("simulated")
    expect(await say(acp.path, { text: " " })).toMatchObject({ status: 422 })
  })

  test("is retried when it failed and redriven when it was dead-lettered, to a member that is there", async () => {
    const { team, lea, task, path, assignmentId } = await atWork()
    const bob = await addMember(house, team, "bob")
    expect(await house.post(`${path}/retry`, {})).toMatchObject({ status: 409, problem: "conflict" })
    await record(house, team, task, fact("TaskFailed", { assignmentId, reason: "error", message: "no" }))
    await house.post(`${team}/members/${lea}/remove`, {})
    expect(await house.post(`${path}/retry`, {})).toMatchObject({ status: 409, problem: "removed" })
    expect(await house.post(`${path}/retry`, { memberId: v7() })).toMatchObject({ problem: "unknown-member" })
    const retried = await house.post(`${path}/retry`, { memberId: bob })
    expect((await readTask(house, team, task, retried)).task).toMatchObject({ phase: "queued", run: 2, memberId: bob })
    expect(await house.post(`${path}/redrive`, {})).toMatchObject({ status: 409, problem: "conflict" })
    await record(house, team, task, fact("TaskDeadLettered", { reason: "poison", message: "no" }))
    const redriven = await house.post(`${path}/redrive`, {})
    expect((await readTask(house, team, task, redriven)).task).toMatchObject({ phase: "queued", run: 3 })
  })

  test("that waits is given to a member who is there, or to a pool; what an agent holds is not", async () => {
    const team = await newTeam(house)
    const lea = await addMember(house, team, "lea")
    const bob = await addMember(house, team, "bob")
    const task = await dispatch(house, team, lea)
    const give = (body: object) => house.post(`${team}/tasks/${task}/reassign`, body)
    const given = await give({ memberId: bob })
    expect(given.status).toBe(202)
    expect((await readTask(house, team, task, given)).task).toMatchObject({ phase: "queued", memberId: bob, run: 1 })
    const pooled = await give({ pool: { skills: ["rust"] } })
    expect((await readTask(house, team, task, pooled)).task).toMatchObject({
      memberId: null,
      pool: { skills: ["rust"] },
    })
    expect(await give({ memberId: v7() })).toMatchObject({ status: 422, problem: "unknown-member" })
    for (const body of [{}, { memberId: bob, pool: { skills: ["rust"] } }])
      expect(await give(body)).toMatchObject({ status: 422, problem: "validation" })
    await house.post(`${team}/members/${lea}/remove`, {})
    expect(await give({ memberId: lea })).toMatchObject({ status: 409, problem: "removed" })
    const held = await atWork()
    expect(await house.post(`${held.path}/reassign`, { memberId: held.lea })).toMatchObject({
      status: 409,
      problem: "conflict",
      json: { code: "not-queued" },
    })
  })

  test("that many change at once takes every change", async () => {
    const team = await newTeam(house)
    const task = await dispatch(house, team, await addMember(house, team, "lea"))
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, priority) => house.post(`${team}/tasks/${task}/priority`, { priority })),
    )
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 200))
  })

  test("keeps in its history who did what, with one correlation from dispatch on", async () => {
    const { team, task, path } = await atWork()
    const { position } = await house.post(`${path}/pause`, {}, { key: "who" })
    await house.get(`${team}?atLeast=${position}`)
    const { items } = (await house.get(`${team}/history?task=${task}`)).json as {
      items: { type: string; meta: { actor: object; correlationId: string } }[]
    }
    expect(items.map(({ type }) => type)).toEqual(["TaskDispatched", "TaskAssigned", "TaskStarted", "TaskPaused"])
    expect(items[3]?.meta.actor).toMatchObject({ kind: "person", via: "api" })
    expect(new Set(items.map(({ meta }) => meta.correlationId)).size).toBe(1)
  })
})
