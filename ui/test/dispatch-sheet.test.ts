import type { MemberDoc, TaskDoc, TaskTemplateDoc, TeamView } from "@muster/contracts"
import { DispatchRequest } from "@muster/contracts"
import { TASK_TEMPLATE_INSTRUCTIONS_MAX_CHARS, TaskDraft } from "@muster/domain"
import { emptyTeamView } from "@muster/projections"
import { Schema } from "effect"
import { describe, expect, it } from "vitest"
import { UNDO_MILLIS } from "#src/limits.ts"
import { checksOf, likelyOf } from "#src/pages/team/dispatch/checks.ts"
import { asDraft, emptyDraft, requestOf, TO_POOL } from "#src/pages/team/dispatch/draft.ts"
import type { DispatchDraft } from "#src/pages/team/dispatch/draft.ts"
import { isTaken, positionsOf, SENT_STEPS, undoLeftMillis } from "#src/pages/team/dispatch/sent-steps.ts"
import { fromTemplate, templateDraftOf, templateQuery, templatesFor } from "#src/pages/team/dispatch/templates.ts"
import { busyChoice, talkWith, wordsOf } from "#src/pages/team/dispatch/when-busy.ts"
import { fromDispatch } from "#src/pages/team/schedules/schedule-draft.ts"

const TEAM = "0199c000-0000-7000-8000-000000000001"
const id = (n: number): string => `0199c000-0000-7000-8000-0000000000${String(n).padStart(2, "0")}`
const member = (n: number, handle: string, part: Partial<MemberDoc> = {}): MemberDoc =>
  ({
    id: id(n),
    teamId: TEAM,
    handle,
    role: "member",
    runtime: "command",
    runtimeOptions: {},
    slots: 1,
    skills: [],
    presence: "online",
    blockedReason: null,
    isPaused: false,
    isDraining: false,
    isRemoved: false,
    ...part,
  }) as unknown as MemberDoc
const task = (number: number, part: Partial<TaskDoc>): TaskDoc =>
  ({
    id: id(number),
    number,
    memberId: null,
    pool: null,
    priority: 5,
    isCancelRequested: false,
    after: [],
    ...part,
  }) as unknown as TaskDoc
const view = (members: ReadonlyArray<MemberDoc>, tasks: ReadonlyArray<TaskDoc> = [], team: object = {}): TeamView =>
  ({
    ...emptyTeamView(),
    team: { id: TEAM, halts: [], isPaused: false, isDraining: false, ...team },
    members: Object.fromEntries(members.map((each) => [each.id, each])),
    tasks: Object.fromEntries(tasks.map((each) => [each.id, each])),
  }) as unknown as TeamView

const ada = member(20, "ada", { role: "leader" })
const draft = (part: Partial<DispatchDraft> = {}): DispatchDraft => ({ ...emptyDraft, instructions: "Do it", ...part })
const keys = (part: Partial<DispatchDraft>, at: TeamView, models?: Parameters<typeof checksOf>[2]) =>
  checksOf(draft(part), at, models).map(({ key, tone }) => `${key} ${tone}`)

describe("what one should know before sending", () => {
  it("is that a free member begins at once", () => expect(keys({}, view([ada]))).toEqual(["free success"]))

  it.each([
    [{ isPaused: true }, "member warning"],
    [{ isDraining: true }, "member warning"],
    [{ presence: "offline" as const }, "member warning"],
    [{ blockedReason: "the program is not installed" }, "member warning"],
    [{ runtime: "simulated" as const }, "simulated info"],
  ])("is what holds a member up: %j", (part, said) => expect(keys({}, view([{ ...ada, ...part }]))).toContain(said))

  it.each([
    [{ halts: [{}] }, "team danger"],
    [{ isPaused: true }, "team warning"],
    [{ isDraining: true }, "team warning"],
  ])("is what holds the team up, first of all: %j", (team, said) =>
    expect(keys({}, view([ada], [], team))[0]).toBe(said),
  )

  it("is how many tasks go before this one: those of a higher or the same priority", () => {
    const tasks = [
      task(1, { memberId: ada.id, phase: "running" }),
      task(2, { memberId: ada.id, phase: "queued", priority: 9 }),
      task(3, { memberId: ada.id, phase: "queued", priority: 5 }),
      task(4, { memberId: ada.id, phase: "queued", priority: 1 }),
    ]
    const said = checksOf(draft(), view([ada], tasks)).map(({ text }) => text)
    expect(said.some((text) => text.startsWith("2 tasks"))).toBe(true)
    expect(keys({ priority: 9 }, view([ada], tasks))).toContain("ahead info")
    expect(keys({ priority: 9 }, view([ada], tasks.slice(2)))).toEqual(["free success"])
  })

  it("is that an agent that thinks has no model; unknown where the endpoints may not be read", () => {
    const at = view([{ ...ada, runtime: "acp" }])
    expect(keys({}, at, [])).toContain("model danger")
    expect(keys({}, at, [{ teamId: null, memberId: null }])).not.toContain("model danger")
    expect(keys({}, at, [{ teamId: "another" as never, memberId: null }])).toContain("model danger")
    expect(keys({}, at)).not.toContain("model danger")
  })

  it("is who of a pool would get it, and why", () => {
    const bob = member(21, "bob", { skills: ["rust"], slots: 2 })
    const cid = member(22, "cid", { skills: ["Rust"], slots: 4, presence: "offline" })
    const at = view([ada, bob, cid])
    expect(likelyOf([bob, cid], at)?.handle).toBe("bob")
    expect(checksOf(draft({ memberId: TO_POOL, skills: "rust" }), at)[0]?.text).toContain("@bob")
    expect(keys({ memberId: TO_POOL, skills: "rust" }, view([cid]))).toEqual(["pool info"])
    expect(keys({ memberId: TO_POOL, skills: "go" }, at)).toEqual(["pool warning"])
  })

  it("is what becomes of what it waits for, and a deadline before the start", () => {
    const tasks = [task(1, { phase: "failed" }), task(2, { phase: "running" }), task(3, { phase: "succeeded" })]
    const at = view([ada], tasks)
    expect(keys({ after: [id(1), id(2), id(3)] }, at)).toEqual([`${id(1)} danger`, `${id(2)} info`, "free success"])
    expect(keys({ deadline: "2026-01-01T10:00", notBefore: "2026-01-01T11:00" }, at)[0]).toBe("times danger")
  })
})

describe("a member at work", () => {
  const agent = member(23, "eve", { runtime: "acp" })
  const tasks = [task(1, { memberId: agent.id, phase: "running" }), task(2, { memberId: agent.id, phase: "queued" })]

  it("can be told something about what it works on, where its runtime hears", () => {
    expect(talkWith(agent, view([agent], tasks))).toMatchObject({ task: { number: 1 }, hearing: "at-once" })
    expect(talkWith({ ...agent, runtime: "command" }, view([agent], tasks))).toBeUndefined()
    expect(talkWith(agent, view([agent], tasks.slice(1)))).toBeUndefined()
  })

  it("is interrupted only where that is heard, else told at its next step", () => {
    const talk = talkWith(agent, view([agent], tasks))
    expect(busyChoice(draft({ whenBusy: "interrupt" }), talk)).toBe("interrupt")
    expect(busyChoice(draft({ whenBusy: "interrupt" }), talk && { ...talk, hearing: "between-turns" })).toBe("steer")
    expect(busyChoice(draft({ whenBusy: "steer" }), undefined)).toBe("queue")
  })

  it("hears the instructions, under a title only where that was written for itself", () => {
    expect(wordsOf(draft({ instructions: " In euros, please. " }))).toBe("In euros, please.")
    expect(wordsOf(draft({ instructions: "In euros.", title: "Currency" }))).toBe("Currency\n\nIn euros.")
  })
})

describe("a template", () => {
  const lasting = draft({
    title: "Notes",
    memberId: ada.id,
    priority: 8,
    attempts: "3",
    deadline: "2026-01-01T10:00",
    after: [id(1)],
    argv: "ls",
  })

  it("keeps what lasts of a draft, as the contract has it, and not its times, files and dependencies", () => {
    const kept = templateDraftOf(lasting, [ada])
    expect(Schema.decodeUnknownSync(TaskDraft)(kept, { onExcessProperty: "error" })).toEqual(kept)
    expect(kept).toMatchObject({
      title: "Notes",
      instructions: "Do it",
      memberId: ada.id,
      priority: 8,
      retry: { maxAttempts: 3 },
    })
    expect(kept).not.toHaveProperty("deadlineAt")
  })

  it("is made only of a draft that could be sent, and that is short enough", () => {
    expect(templateDraftOf(draft({ instructions: " " }), [ada])).toBeUndefined()
    expect(templateDraftOf(draft({ attempts: "many" }), [ada])).toBeUndefined()
    const long = "x".repeat(TASK_TEMPLATE_INSTRUCTIONS_MAX_CHARS + 1)
    expect(templateDraftOf(draft({ instructions: long }), [ada])).toBeUndefined()
  })

  it("gives back the draft it was made of; for a member who left, the leader decides", () => {
    const template = { id: id(9), name: "N", draft: templateDraftOf(lasting, [ada]) } as TaskTemplateDoc
    expect(fromTemplate(template, [ada])).toEqual({ ...lasting, deadline: "", after: [], argv: "" })
    expect(fromTemplate(template, []).memberId).toBe("")
  })

  it("is looked for by what follows a slash at the very beginning", () => {
    expect([templateQuery("/re no"), templateQuery("/"), templateQuery("a/b"), templateQuery("/a\nb")]).toEqual([
      "re no",
      "",
      undefined,
      undefined,
    ])
    const templates = ["Release notes", "Smoke test", "Notes"].map((name) => ({ name }) as TaskTemplateDoc)
    expect(templatesFor(templates, "NO re").map(({ name }) => name)).toEqual(["Release notes"])
    expect(templatesFor(templates, "").map(({ name }) => name)).toEqual(["Notes", "Release notes", "Smoke test"])
  })
})

describe("a draft", () => {
  it("takes its files along, by hash and name alone", () => {
    const file = { sha256: "a".repeat(64), name: "plan.pdf", mediaType: "application/pdf", size: 3 }
    const verdict = requestOf(draft(), { members: [ada], nowMillis: 0, files: [file] })
    if (!verdict.isOk) throw new Error(JSON.stringify(verdict.errors))
    expect(verdict.request.attachments).toEqual([{ sha256: file.sha256, name: file.name }])
    expect(Schema.decodeUnknownSync(DispatchRequest)(verdict.request, { onExcessProperty: "error" })).toEqual(
      verdict.request,
    )
  })

  it("keeps the choice for a busy member over a reload, and no other word in its place", () => {
    expect(asDraft({ whenBusy: "steer" })?.whenBusy).toBe("steer")
    expect(asDraft({ whenBusy: "shout" })?.whenBusy).toBe("queue")
  })

  it("becomes the beginning of a schedule", () => {
    expect(
      fromDispatch(draft({ instructions: "# Look around\nall of it", memberId: TO_POOL, skills: "eyes" })),
    ).toEqual({
      name: "Look around",
      title: "Look around",
      instructions: "# Look around\nall of it",
      memberId: TO_POOL,
      skills: "eyes",
    })
  })
})

describe("a task that was just sent", () => {
  it("can be taken back for a while, as long as no agent has it", () => {
    expect(undoLeftMillis({ phase: "queued" }, 1_000, 2_000)).toBe(UNDO_MILLIS - 1_000)
    expect(undoLeftMillis({ phase: "waiting" }, 1_000, 1_000 + UNDO_MILLIS)).toBe(0)
    expect(undoLeftMillis({ phase: "assigned" }, 1_000, 1_000)).toBe(0)
  })

  it("shows the steps it has taken, each with the position where it was taken first", () => {
    const running = task(1, { phase: "running", assignedAt: "x", startedAt: "y" })
    expect(SENT_STEPS.filter((step) => isTaken(step, running))).toEqual(["dispatched", "assigned", "started"])
    const events = ["TaskDispatched", "TaskAssigned", "TaskProgressed", "TaskLeaseExpired", "TaskAssigned"]
    const positions = positionsOf(events.map((type, index) => ({ type, position: String(index) as never })))
    expect([...positions]).toEqual([
      ["dispatched", "0"],
      ["assigned", "1"],
    ])
  })
})
