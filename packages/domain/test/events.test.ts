import { Schema } from "effect"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import {
  asKnown,
  catalogue,
  comparePositions,
  isStorableText,
  permit,
  policy,
  RequiredText,
  TaskSpec,
  type Action,
  type OrgId,
  type RecordedEvent,
  type Subject,
  type TeamId,
  type UserId,
} from "#src/index.ts"
import { member, spec, team, uuid } from "./arbitrary.ts"

const recorded = (type: string, schema: number, data: unknown): RecordedEvent =>
  ({
    type,
    schema,
    data,
    stream: "task-x",
    revision: 1,
    position: "1",
    id: uuid(5),
    at: "",
    meta: {},
  }) as unknown as RecordedEvent

describe("stored events", () => {
  it("of a type or schema that a newer version wrote are unknown, never an error", () => {
    expect(asKnown(recorded("TaskTeleported", 1, {}))).toBeUndefined()
    expect(asKnown(recorded("TaskReady", 99, {}))).toBeUndefined()
  })

  it("of an older schema are lifted step by step", () => {
    const upcasters = {
      TaskReady: {
        [-1]: (d: unknown) => ({ ...(d as object), a: 1 }),
        0: (d: unknown) => ({ ...(d as object), b: 2 }),
      },
    }
    expect(asKnown(recorded("TaskReady", -1, {}), upcasters)).toMatchObject({ schema: 1, data: { a: 1, b: 2 } })
    expect(asKnown(recorded("TaskReady", -2, {}), upcasters)).toBeUndefined()
  })

  it("say what they mean", () => {
    for (const entry of Object.values(catalogue)) expect(entry.what.endsWith(".")).toBe(true)
  })
})

describe("text", () => {
  const decode = Schema.decodeUnknownResult(RequiredText(5))
  it.each(["", "   ", "toolong", "a\u0000b", "\ud800", 7, null])("refuses %j", (value) => {
    expect(decode(value)._tag).toBe("Failure")
  })
  it("takes what PostgreSQL can store", () => {
    expect(decode("naïve")._tag).toBe("Success")
    fc.assert(fc.property(fc.string({ unit: "grapheme" }), (text) => isStorableText(text) === !text.includes("\u0000")))
  })
})

describe("a task's spec", () => {
  const decode = (value: unknown) => Schema.decodeUnknownResult(TaskSpec)(value, { onExcessProperty: "error" })._tag
  it("round trips", () => expect(decode(spec())).toBe("Success"))
  it.each([
    ["an unknown field", { ...spec(), extra: 1 }],
    ["a priority out of range", spec({ priority: 10 })],
    ["a bad member", { ...spec(), memberId: "me" }],
    ["a date that does not exist", { ...spec(), deadlineAt: "2026-13-01T00:00:00Z" }],
    ["an argv with NUL", spec({ runtimeOptions: { command: { argv: ["a\u0000"] } } })],
    ["an empty argv", spec({ runtimeOptions: { command: { argv: [] } } })],
    ["a bad environment name", spec({ runtimeOptions: { command: { env: { "1X": "" } } } })],
  ])("refuses %s", (_what, value) => expect(decode(value)).toBe("Failure"))
})

describe("positions", () => {
  it("compare as numbers", () => {
    const uint64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })
    fc.assert(
      fc.property(uint64, uint64, (a, b) => {
        expect(Math.sign(comparePositions(String(a), String(b)))).toBe(a < b ? -1 : a > b ? 1 : 0)
      }),
    )
  })
})

describe("the policy table", () => {
  const org = uuid(7) as OrgId
  const person = (role: "owner" | "operator" | "viewer"): Subject => ({
    kind: "person",
    userId: uuid(8) as UserId,
    orgId: org,
    role,
    name: "p",
  })
  const agent: Subject = { kind: "member", memberId: member, teamId: team, orgId: org }
  const actions = Object.keys(policy) as Action[]

  it.each(actions)("%s: another organisation's things do not exist", (action) => {
    for (const subject of [person("owner"), agent])
      expect(permit(subject, action, { orgId: uuid(9) })).toBe("invisible")
  })
  it.each(actions)("%s: an owner may do what any person may, a viewer changes nothing", (action) => {
    const forAgents = action.startsWith("agent.")
    expect(permit(person("owner"), action, { orgId: org })).toBe(forAgents ? "forbidden" : "allowed")
    if (permit(person("viewer"), action, { orgId: org }) === "allowed") expect(action).toMatch(/read$|list$/u)
  })
  it("an agent has no rights but its own, and only in its team", () => {
    for (const action of actions)
      expect(permit(agent, action, { orgId: org, teamId: team })).toBe(
        action.startsWith("agent.") ? "allowed" : "forbidden",
      )
    expect(permit(agent, "agent.output", { orgId: org, teamId: uuid(6) as TeamId })).toBe("invisible")
  })
})
