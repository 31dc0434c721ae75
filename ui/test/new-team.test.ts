import { NewTeam, teamTemplates } from "@muster/contracts"
import type { Abilities } from "@muster/contracts"
import { Schema } from "effect"
import { describe, expect, it } from "vitest"
import { installCommand, readinessOf } from "#src/pages/team/members/abilities.ts"
import { newMemberDraft } from "#src/pages/team/members/member-draft.ts"
import { FirstWorkRefused, dispatchFirstWork, requestKey } from "#src/pages/teams/new/create.ts"
import type { Makers } from "#src/pages/teams/new/create.ts"
import {
  addMember,
  canDoFirstWork,
  changeMember,
  emptyWizard,
  faultsOf,
  firstFaultyStep,
  fromProposal,
  fromTemplate,
  isStepDone,
  removeMember,
  teamRequest,
  withStandIns,
} from "#src/pages/teams/new/draft.ts"
import type { WizardDraft } from "#src/pages/teams/new/draft.ts"
import { needsOf } from "#src/pages/teams/new/needs.ts"
import { sentFrom, wizardFrom } from "#src/pages/teams/new/stored.ts"
import { en } from "#src/pages/teams/new/words/en.ts"
import type { ReadWords } from "#src/pages/teams/new/words/index.ts"
import { zh } from "#src/pages/teams/new/words/zh.ts"

const wordsOf = (id: keyof typeof en): ReadWords => en[id]
const from = (id: (typeof teamTemplates)[number]["id"], before = emptyWizard): WizardDraft => {
  const template = teamTemplates.find((each) => each.id === id)
  if (template === undefined) throw new Error("there is such a template")
  const names = teamTemplates.map((each) => wordsOf(each.id).name)
  return fromTemplate(before, template, wordsOf(id), names)
}
const rowOf = (wizard: WizardDraft, handle: string) =>
  wizard.members.find(({ draft }) => draft.handle === handle)?.row ?? ""

describe("the built-in templates", () => {
  it("are eight, and those that need no model come first", () => {
    const needsModel = teamTemplates.map(({ members }) =>
      members.some(({ runtime }) => runtime === "acp" || runtime === "openclaw"),
    )
    expect(needsModel).toHaveLength(8)
    expect(needsModel).toEqual(needsModel.toSorted((a, b) => Number(a) - Number(b)))
  })

  it.each(teamTemplates.map((template) => [template.id] as const))("%s makes a request that the server takes", (id) => {
    const wizard = from(id)
    expect(firstFaultyStep(faultsOf(wizard))).toBeUndefined()
    expect(canDoFirstWork(wizard)).toBe(true)
    const request = teamRequest(wizard)
    expect(Schema.decodeUnknownSync(NewTeam)(request)).toEqual(request)
    expect(request.members?.filter(({ role }) => role === "leader")).toHaveLength(1)
    expect(wizard.firstWork.length).toBeGreaterThan(0)
    for (const { title, instructions, after } of wizard.firstWork) {
      expect(title).not.toBe("")
      expect(instructions).not.toBe("")
      for (const ref of after) expect(wizard.firstWork.map((task) => task.ref)).toContain(ref)
    }
  })

  it("have words for all members that think, in both languages", () => {
    for (const words of [en, zh])
      for (const { id, members } of teamTemplates) {
        const { members: said } = words[id] as ReadWords
        for (const { handle, runtime } of members)
          if (runtime === "acp" || runtime === "openclaw") expect(said[handle]?.briefing ?? "").not.toBe("")
      }
  })
})

describe("the wizard's draft", () => {
  it("takes the template's name and lets go of it with the template, but keeps one that was typed", () => {
    const starter = from("starter")
    expect(starter.name).toBe("Starter")
    expect(from("data-pipeline", starter).name).toBe("Data pipeline")
    expect(from("data-pipeline", { ...starter, name: "My own" }).name).toBe("My own")
  })

  it("comes back from storage as it was, and leaves what it does not know", () => {
    const wizard = { ...from("review-pair"), sentence: "for proofs", wantsFirstWork: false }
    const again = wizardFrom(JSON.parse(JSON.stringify(wizard)))
    const rowless = ({ members, ...rest }: WizardDraft) => ({ ...rest, members: members.map(({ draft }) => draft) })
    expect(again && rowless(again)).toEqual(rowless(wizard))
    for (const broken of [null, [], "x", {}, { name: 1, begins: "empty" }]) expect(wizardFrom(broken)).toBeUndefined()
    const odd = { ...wizard, members: [{ draft: { handle: "a", role: "boss" } }, 7], firstWork: [{ ref: 1 }] }
    expect(wizardFrom(JSON.parse(JSON.stringify(odd)))).toMatchObject({ members: [], firstWork: [] })
    expect(sentFrom({ key: "k" })).toBeUndefined()
  })

  it("lets nobody past a step with something wrong in it", () => {
    expect(firstFaultyStep(faultsOf(emptyWizard))).toBe("template")
    const twice = addMember(addMember({ ...emptyWizard, name: "T" }, member("a")), member("a"))
    expect(faultsOf(twice).members).toContain("@a")
    expect(firstFaultyStep(faultsOf(twice))).toBe("members")
    const leaders = addMember(addMember({ ...emptyWizard, name: "T" }, member("a", "leader")), member("b", "leader"))
    expect(faultsOf(leaders).members).toContain("one leader")
    const slots = addMember({ ...emptyWizard, name: "T" }, { ...member("a"), slots: "0" })
    expect(isStepDone("limits", faultsOf(slots))).toBe(false)
    expect(isStepDone("template", faultsOf(slots))).toBe(true)
  })

  it("lets first work follow a member that is renamed, and gives it to the leader when the member goes", () => {
    const wizard = from("data-pipeline")
    const renamed = changeMember(wizard, rowOf(wizard, "load"), { handle: "loader" })
    expect(renamed.firstWork.find(({ ref }) => ref === "load")?.handle).toBe("loader")
    const without = removeMember(renamed, rowOf(renamed, "loader"))
    expect(without.firstWork.find(({ ref }) => ref === "load")?.handle).toBeNull()
    expect(canDoFirstWork(without)).toBe(true)
    expect(canDoFirstWork(removeMember(without, rowOf(without, "extract")))).toBe(false)
  })

  it("is what a model proposed, down to the briefings", () => {
    const wizard = fromProposal(emptyWizard, {
      name: "Letters",
      description: "Answers letters",
      members: [
        {
          handle: "lead",
          role: "leader",
          runtime: "acp",
          runtimeOptions: { acp: { agent: "codex" } },
          briefing: "Lead.",
        },
      ],
      firstTask: { title: "One letter", instructions: "Take the first." },
    })
    expect(teamRequest(wizard)).toMatchObject({
      name: "Letters",
      members: [
        {
          handle: "lead",
          name: "lead",
          role: "leader",
          runtimeOptions: { acp: { agent: "codex" } },
          briefing: "Lead.",
        },
      ],
    })
    expect(wizard.firstWork).toMatchObject([{ title: "One letter", handle: null }])
  })
})

const member = (handle: string, role: "leader" | "member" = "member") => ({ ...newMemberDraft(true), handle, role })

const abilities = (part: Partial<Abilities> = {}): Abilities => ({
  hasModel: false,
  items: [
    { runtime: "command", agent: null, state: "ready", reason: null, version: null, needsModel: false },
    { runtime: "acp", agent: "opencode", state: "missing", reason: "not installed", version: null, needsModel: true },
    { runtime: "acp", agent: "codex", state: "ready", reason: null, version: "2.6.0", needsModel: true },
    { runtime: "openclaw", agent: null, state: "blocked", reason: "no sandbox", version: null, needsModel: true },
  ],
  ...part,
})

describe("what is known of a member before it is there", () => {
  const of = (part: object, found: Abilities | undefined = abilities()) =>
    readinessOf({ ...member("a"), ...part }, found)

  it("is what the machine says, in its words", () => {
    expect(of({ runtime: "command" })).toEqual({ kind: "ready", version: null })
    expect(of({ runtime: "acp", agent: "opencode" })).toEqual({
      kind: "missing",
      reason: "not installed",
      install: "npm run runtimes -- install opencode",
    })
    expect(of({ runtime: "acp", agent: "codex" })).toEqual({ kind: "no-model" })
    expect(of({ runtime: "acp", agent: "codex" }, abilities({ hasModel: true }))).toEqual({
      kind: "ready",
      version: "2.6.0",
    })
    expect(of({ runtime: "openclaw" })).toEqual({ kind: "blocked", reason: "no sandbox" })
  })

  it("is nothing, and said so, where only its own agent can tell", () => {
    expect(of({ runtime: "acp", agent: "opencode", placement: "manual" })).toEqual({ kind: "later" })
    expect(of({ runtime: "acp", agent: "custom" })).toEqual({ kind: "later" })
    expect(of({ runtime: "command" }, abilities({ items: null }))).toEqual({ kind: "later" })
    expect(readinessOf({ ...member("a"), runtime: "command" }, undefined)).toEqual({ kind: "unknown" })
    expect(of({ runtime: "simulated", placement: "manual" })).toEqual({ kind: "ready", version: null })
  })

  it("names a command only for what Muster brings", () => {
    expect(installCommand("acp", "hermes")).toBeNull()
    expect(installCommand("openclaw", "opencode")).toBe("npm run runtimes -- install openclaw")
    expect(installCommand("command", "opencode")).toBeNull()
  })

  it("is told once for all members that wait for the same, and simulated ones can stand in for them", () => {
    const wizard = from("leader-and-two")
    const { needs, waiting } = needsOf(wizard.members, abilities())
    expect(needs).toMatchObject([
      { kind: "missing", handles: ["lead", "maker", "checker"] },
      { kind: "no-model", handles: ["lead", "maker", "checker"] },
    ])
    expect(needsOf(wizard.members, abilities({ hasModel: true })).needs).toHaveLength(1)
    const rehearsal = withStandIns(wizard, waiting)
    expect(rehearsal.members.map(({ draft }) => draft.runtime)).toEqual(["simulated", "simulated", "simulated"])
    expect(needsOf(rehearsal.members, abilities()).needs).toEqual([])
    expect(teamRequest(rehearsal).members?.[0]?.briefing).toBeUndefined()
  })
})

describe("creating", () => {
  it("sends the same request under the same key, and another one under a new key", () => {
    const request = teamRequest(from("starter"))
    const first = requestKey(request, undefined, () => "one")
    expect(requestKey(request, first, () => "two")).toEqual(first)
    expect(requestKey({ ...request, name: "Else" }, first, () => "two").key).toBe("two")
  })

  const api = (verdicts: ReadonlyArray<object>) => {
    const sent: Array<unknown> = []
    const makers = {
      createTeam: () => Promise.reject(new Error("not here")),
      readTeam: (input: unknown) => {
        sent.push(input)
        return Promise.resolve({
          members: [
            { id: "m-old", handle: "runner", isRemoved: true },
            { id: "m-1", handle: "runner", isRemoved: false },
          ],
        })
      },
      dispatchTasks: (input: unknown) => {
        sent.push(input)
        return Promise.resolve({ verdicts, position: "9" })
      },
    } as unknown as Makers
    return { sent, makers }
  }
  const work = [
    { ref: "a", title: "A", instructions: "do", handle: "runner", skills: [], after: [], runtimeOptions: null },
    { ref: "b", title: "B", instructions: "do", handle: null, skills: ["tests"], after: ["a"], runtimeOptions: null },
    { ref: "c", title: "C", instructions: "do", handle: null, skills: [], after: [], runtimeOptions: null },
  ]

  it("dispatches first work in one request, to who is there now, under a key that follows from the team's", async () => {
    const { sent, makers } = api([{ ok: true }, { ok: true }, { ok: true }])
    expect(await dispatchFirstWork(makers, { id: "t", position: "5" }, work, "key")).toBe(3)
    expect(sent).toEqual([
      { params: { team: "t" }, query: { atLeast: "5" } },
      {
        params: { team: "t" },
        body: {
          tasks: [
            { ref: "a", title: "A", instructions: "do", memberId: "m-1" },
            { ref: "b", title: "B", instructions: "do", pool: { skills: ["tests"] }, afterRefs: ["a"] },
            { ref: "c", title: "C", instructions: "do" },
          ],
        },
        idempotencyKey: "key:first-work",
      },
    ])
  })

  it("tells the first reason when a part was refused", async () => {
    const { makers } = api([{ ok: true }, { ok: false, type: "x", detail: "nobody can" }, { ok: true }])
    const refused = dispatchFirstWork(makers, { id: "t", position: "5" }, work, "key")
    await expect(refused).rejects.toThrow(FirstWorkRefused)
    await expect(refused).rejects.toThrow("nobody can")
  })
})
