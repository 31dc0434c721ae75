import type { MemberDoc } from "@muster/contracts"
import { INSTRUCTIONS_MAX_CHARS, TITLE_MAX_CHARS } from "@muster/domain"
import { DispatchRequest, NewMember } from "@muster/contracts"
import { Schema } from "effect"
import { describe, expect, it } from "vitest"
import { asDraft, emptyDraft, errorsFrom, requestOf, titleOf } from "#src/pages/team/dispatch/draft.ts"
import type { DispatchDraft } from "#src/pages/team/dispatch/draft.ts"
import { targetNote, targetOptions } from "#src/pages/team/dispatch/targets.ts"
import { draftOfMember, memberErrorsFrom, memberRequest, newMemberDraft } from "#src/pages/team/members/member-draft.ts"
import type { MemberDraft } from "#src/pages/team/members/member-draft.ts"

const member = (handle: string, part: Partial<MemberDoc> = {}): MemberDoc =>
  ({
    id: "0199c000-0000-7000-8000-00000000000a",
    handle,
    name: handle,
    role: "member",
    runtime: "command",
    runtimeOptions: {},
    slots: 1,
    skills: [],
    placement: "local",
    presence: "online",
    isPaused: false,
    isRemoved: false,
    ...part,
  }) as MemberDoc

const leader = member("lead", { role: "leader", runtime: "simulated" })
const runner = member("runner", { id: "0199c000-0000-7000-8000-00000000000b" as MemberDoc["id"] })
const NOW_MILLIS = Date.UTC(2026, 0, 1)
const verdict = (part: Partial<DispatchDraft>, members: ReadonlyArray<MemberDoc> = [leader, runner]) =>
  requestOf({ ...emptyDraft, instructions: "Do it", ...part }, { members, nowMillis: NOW_MILLIS })
const request = (part: Partial<DispatchDraft>) => {
  const found = verdict(part)
  if (!found.isOk) throw new Error(JSON.stringify(found.errors))
  return found.request
}
const errors = (part: Partial<DispatchDraft>, members?: ReadonlyArray<MemberDoc>) => {
  const found = verdict(part, members)
  return found.isOk ? [] : Object.keys(found.errors)
}

describe("a draft of a task", () => {
  it("takes its title from the first line with words, without markdown signs", () => {
    expect(titleOf({ ...emptyDraft, instructions: "\n\n# Look around\nmore" })).toBe("Look around")
    expect(titleOf({ ...emptyDraft, instructions: "x".repeat(500) })).toHaveLength(TITLE_MAX_CHARS)
    expect(titleOf({ ...emptyDraft, instructions: "# One", title: " Two " })).toBe("Two")
  })

  it("becomes a request that the contract takes, with every option", () => {
    const full = request({
      memberId: runner.id,
      priority: 8,
      timeLimitMinutes: "1.5",
      attempts: "3",
      backoffSeconds: "2",
      deadline: "2026-02-01T10:00",
      notBefore: "2026-01-15T10:00",
      after: [leader.id],
      argv: "/bin/sh\n-c\necho  two spaces\n",
    })
    expect(full).toMatchObject({
      title: "Do it",
      memberId: runner.id,
      priority: 8,
      timeLimitMillis: 90_000,
      retry: { maxAttempts: 3, backoffMillis: 2_000 },
      runtimeOptions: { command: { argv: ["/bin/sh", "-c", "echo  two spaces"] } },
    })
    expect(Schema.decodeUnknownSync(DispatchRequest)(full, { onExcessProperty: "error" })).toEqual(full)
  })

  it("names no member when the leader decides, and sends only what the target's runtime knows", () => {
    const simple = request({ argv: "ls", durationSeconds: "4" })
    expect(simple).not.toHaveProperty("memberId")
    expect(simple.runtimeOptions).toEqual({ simulated: { durationMillis: 4_000 } })
    expect(request({ memberId: runner.id, durationSeconds: "4" })).not.toHaveProperty("runtimeOptions")
  })

  it.each([
    [{ instructions: " " }, ["title"]],
    [{ title: "x".repeat(TITLE_MAX_CHARS + 1) }, ["title"]],
    [{ instructions: `a\n${"x".repeat(INSTRUCTIONS_MAX_CHARS)}` }, ["instructions"]],
    [{ timeLimitMinutes: "0" }, ["timeLimitMinutes"]],
    [{ timeLimitMinutes: "" }, ["timeLimitMinutes"]],
    [{ attempts: "2.5" }, ["attempts"]],
    [{ backoffSeconds: "-1" }, ["backoffSeconds"]],
    [{ deadline: "2025-12-31T10:00" }, ["deadline"]],
    [{ durationSeconds: "soon" }, ["durationSeconds"]],
  ] satisfies ReadonlyArray<readonly [Partial<DispatchDraft>, ReadonlyArray<string>]>)(
    "with %j is refused at its field before anything is sent",
    (part, fields) => expect(errors(part)).toEqual(fields),
  )

  it("needs a member where there is no leader", () => {
    expect(errors({}, [runner])).toEqual(["memberId"])
    expect(targetNote(undefined)).toContain("no leader")
    expect(targetOptions([runner])[0]?.disabled).toBe(true)
  })

  it("says beforehand that a member who is away or paused lets it wait", () => {
    expect(targetNote({ ...runner, presence: "offline" })).toContain("offline")
    expect(targetNote({ ...runner, isPaused: true })).toContain("paused")
    expect(targetNote(runner)).toBeUndefined()
  })

  it("shows what the server found at the field where it can be put right", () => {
    expect(
      errorsFrom({ "/title": "t", "/retry/maxAttempts": "a", "/after/0": "n", "/runtimeOptions/command/argv/0": "v" }),
    ).toEqual({ title: "t", attempts: "a", after: "n", argv: "v" })
  })

  it("survives a reload, also one that an older version kept", () => {
    const draft: DispatchDraft = { ...emptyDraft, instructions: "x", after: ["a"], title: "T" }
    expect(asDraft(JSON.parse(JSON.stringify(draft)))).toEqual(draft)
    expect(asDraft({ instructions: "kept", attempts: 3, after: "no" })).toEqual({ ...emptyDraft, instructions: "kept" })
    expect(asDraft("text")).toBeUndefined()
  })
})

describe("the form of a member", () => {
  it("makes the first member the leader, and a request that the contract takes", () => {
    const draft = { ...newMemberDraft(false), handle: "scout", skills: " a, ,b ", argv: "ls\n-l" }
    const found = memberRequest(draft)
    expect(found.isOk && found.request).toMatchObject({
      handle: "scout",
      name: "scout",
      role: "leader",
      skills: ["a", "b"],
      runtimeOptions: { command: { argv: ["ls", "-l"] } },
    })
    expect(found.isOk && Schema.decodeUnknownSync(NewMember)(found.request, { onExcessProperty: "error" })).toBeTruthy()
  })

  it("names the agent, its model and what needs leave; a program only for one of one's own", () => {
    const draft: MemberDraft = { ...newMemberDraft(true), handle: "coder", runtime: "acp", agentArgv: "left over" }
    const optionsOf = (part: Partial<MemberDraft>, before = {}) => {
      const found = memberRequest({ ...draft, ...part }, before)
      expect(
        found.isOk && Schema.decodeUnknownSync(NewMember)(found.request, { onExcessProperty: "error" }),
      ).toBeTruthy()
      return found.isOk && found.request.runtimeOptions
    }
    expect(optionsOf({})).toEqual({ acp: { agent: "opencode", permissions: "ask" } })
    expect(optionsOf({ agent: "custom", agentArgv: "/opt/agent\n--acp", model: " m-1 " })).toEqual({
      acp: { agent: "custom", argv: ["/opt/agent", "--acp"], model: "m-1", permissions: "ask" },
    })
    const before = { acp: { agent: "custom", argv: ["old"], model: "old", env: { A: "1" } } } as const
    expect(optionsOf({ permissions: "allow" }, before)).toEqual({
      acp: { agent: "opencode", env: { A: "1" }, permissions: "allow" },
    })
    expect(optionsOf({ runtime: "openclaw", model: "m-2" }, before)).toEqual({
      ...before,
      openclaw: { model: "m-2", permissions: "ask" },
    })
  })

  it("keeps the runtime options that it does not show", () => {
    const runtimeOptions = { command: { argv: ["ls"], env: { A: "1" } }, simulated: { durationMillis: 5 } }
    const found = memberRequest({ ...draftOfMember(member("x", { runtimeOptions })), argv: "" }, runtimeOptions)
    expect(found.isOk && found.request.runtimeOptions).toEqual({
      command: { env: { A: "1" } },
      simulated: { durationMillis: 5 },
    })
  })

  it.each([
    [{ handle: "" }, "handle"],
    [{ handle: "Two Words" }, "handle"],
    [{ handle: "ok", slots: "0" }, "slots"],
    [{ handle: "ok", slots: "1.5" }, "slots"],
    [{ handle: "ok", runtime: "acp", agent: "custom", agentArgv: " " }, "agentArgv"],
  ])("with %j is refused at %s", (part, field) => {
    const found = memberRequest({ ...newMemberDraft(true), ...(part as Partial<MemberDraft>) })
    expect(found.isOk ? [] : Object.keys(found.errors)).toEqual([field])
  })

  it("shows a taken handle and a second leader at their fields", () => {
    expect(memberErrorsFrom("handle-taken", "taken", {})).toEqual({ handle: "taken" })
    expect(memberErrorsFrom("second-leader", "there is one", {})).toEqual({ role: "there is one" })
    expect(memberErrorsFrom("validation", "x", { "/slots": "too many" })).toEqual({ slots: "too many" })
  })
})
