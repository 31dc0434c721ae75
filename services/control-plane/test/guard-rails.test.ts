import { AssignmentId, CHILD_DEPTH_MAX, fact, OPEN_CHILDREN_MAX } from "@muster/domain"
import { describe, expect, test } from "vitest"
import { dispatch, record } from "./support/house.ts"
import {
  house,
  team,
  lead,
  worker,
  join,
  assign,
  work,
  use,
  part,
  dispatchPart,
  history,
  dispatched,
  end,
  type Job,
  useAgents,
} from "./support/tools.ts"

useAgents()

describe("guard rails", () => {
  test("work goes only so deep", async () => {
    let job = await work()
    const more = await join("eve", { slots: 9 })
    for (let depth = 1; depth <= CHILD_DEPTH_MAX; depth += 1)
      job = await assign(await dispatchPart(job, { title: `Level ${depth}`, member: more.memberId }), more)
    expect(await use(job, "dispatch_task", part({ title: "Deeper" }))).toMatchObject({
      status: 409,
      code: "too-deep",
      detail: expect.stringContaining(String(CHILD_DEPTH_MAX)),
    })
  })

  test("only so many are open at the same time, also when all are asked for at once", async () => {
    const job = await work()
    const asked = Array.from({ length: OPEN_CHILDREN_MAX + 4 }, (_, n) =>
      use(job, "dispatch_task", part({ title: `Part ${n}` })),
    )
    const answers = await Promise.all(asked)
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(OPEN_CHILDREN_MAX)
    expect(new Set(answers.filter(({ status }) => status !== 200).map((answer) => answer["code"]))).toEqual(
      new Set(["too-many-open"]),
    )
    await end(String(answers.find(({ status }) => status === 200)?.["task_id"]))
    expect(await dispatchPart(job, { title: "Room again" })).toBeDefined()
  })

  test("nobody is given what those who wait for it keep from beginning", async () => {
    const job = await work()
    expect(await use(job, "dispatch_task", part({ member: "@lea" }))).toMatchObject({
      status: 409,
      code: "would-block",
      detail: expect.stringContaining("@lea"),
    })
    const below = await assign(await dispatchPart(job), worker)
    expect(await use(below, "dispatch_task", part({ title: "Back", member: lead.memberId }))).toMatchObject({
      code: "would-block",
    })
    expect(await use(below, "dispatch_task", { title: "Pool", instructions: "", skills: ["writing"] })).toMatchObject({
      code: "would-block",
    })
  })

  test("the same work is not asked for again below itself", async () => {
    const job = await work({ title: "Write the book", instructions: "All of it." })
    expect(
      await use(job, "dispatch_task", part({ title: "write  the BOOK", instructions: " All of it. " })),
    ).toMatchObject({ status: 409, code: "goes-in-circles" })
    const below = await assign(await dispatchPart(job), worker)
    expect(
      await use(below, "dispatch_task", { ...part({ title: "Write the book", instructions: "All of it." }) }),
    ).toMatchObject({ code: "goes-in-circles" })
  })

  test("a run that has used the tokens its team allows dispatches nothing more, its leader is told, and a person reads why", async () => {
    const root = await work()
    const below = await assign(await dispatchPart(root), worker)
    const used = (job: Job, tokens: number, seq: number) =>
      record(
        house,
        team,
        job.taskId,
        fact("TaskUsageRecorded", {
          assignmentId: AssignmentId.make(job.assignmentId),
          seq,
          usage: { inputTokens: tokens - 1, outputTokens: 1 },
        }),
      )
    await used(root, 600, 1)
    await used(below, 300, 1)
    const status = async () => (await use(root, "task_status"))["budget"]
    expect(await status()).toBeUndefined()
    expect((await house.patch(team, { runTokensMax: 1_000 })).status).toBe(200)
    expect(await status()).toEqual({ used_tokens: 900, max_tokens: 1_000, may_dispatch: true })
    expect((await use(below, "dispatch_task", part({ title: "Below", member: "@lea", skills: undefined }))).code).toBe(
      "would-block",
    )
    await used(below, 400, 2)
    expect(await status()).toEqual({ used_tokens: 1_000, max_tokens: 1_000, may_dispatch: false })
    for (const job of [root, below])
      expect(await use(job, "dispatch_task", part({ title: "One more" }))).toMatchObject({
        status: 409,
        code: "over-budget",
        detail: expect.stringContaining("1000 tokens"),
      })
    expect(await dispatched(root)).toHaveLength(1)
    expect((await house.patch(team, { runTokensMax: 0 })).status).toBe(200)
    expect((await use(root, "dispatch_task", part({ title: "One more" }))).status).toBe(200)
  })

  test("the agent at the top is told once when it or one below it has met the limit", async () => {
    const thinking = { runtime: "acp", runtimeOptions: { acp: { agent: "custom", argv: ["agent"] } } }
    const top = await join("tom", thinking)
    const root = await assign(await dispatch(house, team, top.memberId), top)
    const below = await assign(await dispatchPart(root), worker)
    const usage = { inputTokens: 90, outputTokens: 10 }
    const assignmentId = AssignmentId.make(below.assignmentId)
    await record(house, team, below.taskId, fact("TaskUsageRecorded", { assignmentId, seq: 1, usage }))
    await house.patch(team, { runTokensMax: 100 })
    for (const title of ["One more", "And one more"])
      for (const job of [below, root])
        expect(await use(job, "dispatch_task", part({ title }))).toMatchObject({ code: "over-budget" })
    const told = (await history(root.taskId)).filter(({ type }) => type === "TaskSteered")
    expect(told).toMatchObject([
      {
        data: { text: expect.stringContaining("has used 100 tokens"), isInterrupt: false },
        meta: { actor: { kind: "system" } },
      },
    ])
  })

  test("nothing waits for what waits for it", async () => {
    const job = await work()
    expect(await use(job, "dispatch_task", part({ after: [job.taskId] }))).toMatchObject({ code: "waits-for-itself" })
    const first = await dispatchPart(job)
    expect(await dispatchPart(job, { title: "Then", after: [first] })).toBeDefined()
  })
})
