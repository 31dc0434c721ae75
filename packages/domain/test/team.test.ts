import { describe, expect, it } from "vitest"
import {
  absentMember,
  absentTeam,
  decideMember,
  decideTeam,
  evolveMember,
  evolveTeam,
  type IncarnationId,
  type MemberCommand,
  type MemberProfile,
  type TeamCommand,
} from "#src/index.ts"
import { member, team, uuid } from "./arbitrary.ts"

const afterTeam = (...commands: readonly TeamCommand[]) => {
  let state = absentTeam
  for (const command of commands)
    for (const event of decideTeam(state, command).facts ?? []) state = evolveTeam(state, event)
  return { when: (command: TeamCommand) => decideTeam(state, command), state }
}
const create: TeamCommand = {
  kind: "create",
  teamId: team,
  profile: { name: "Docs", description: "" },
  requestHash: "h",
}

describe("a team", () => {
  it("takes no command before it exists", () => {
    for (const kind of ["resume", "restore"] as const)
      expect(afterTeam().when({ kind }).refusal?.code).toBe("not-found")
  })
  it("is created once", () => {
    expect(afterTeam(create).when(create).refusal?.code).toBe("already-exists")
  })
  it("changes nothing when it is already so", () => {
    expect(afterTeam(create).when({ kind: "resume" }).facts).toEqual([])
    expect(afterTeam(create).when({ kind: "edit", profile: { name: "Docs", description: "" } }).facts).toEqual([])
    expect(afterTeam(create, { kind: "pause", reason: "" }).when({ kind: "pause", reason: "" }).facts).toEqual([])
  })
  it("takes only a restore while it is archived", () => {
    const archived = afterTeam(create, { kind: "archive", reason: "done" })
    expect(archived.when({ kind: "pause", reason: "" }).refusal?.code).toBe("archived")
    expect(archived.when({ kind: "archive", reason: "" }).facts).toEqual([])
    expect(archived.when({ kind: "restore" }).facts).toMatchObject([{ type: "TeamRestored" }])
  })
})

const profile: MemberProfile = {
  handle: "writer",
  name: "Writer",
  role: "member",
  runtime: "simulated",
  runtimeOptions: {},
  slots: 2,
  skills: [],
  placement: "local",
}
const add: MemberCommand = { kind: "add", memberId: member, teamId: team, profile, requestHash: "h" }
const one = uuid(11) as IncarnationId
const two = uuid(12) as IncarnationId
const bind = (incarnation: IncarnationId): MemberCommand => ({
  kind: "bind",
  incarnation,
  agentVersion: "1",
  host: "h",
})
const afterMember = (...commands: readonly MemberCommand[]) => {
  let state = absentMember
  for (const command of commands)
    for (const event of decideMember(state, command).facts ?? []) state = evolveMember(state, event)
  return { when: (command: MemberCommand) => decideMember(state, command), state }
}

describe("a member", () => {
  it("has one live incarnation; an earlier one is not heard any more", () => {
    const bound = afterMember(add, bind(one), bind(two))
    expect(bound.state.incarnation).toBe(two)
    expect(bound.when({ kind: "present", incarnation: one }).refusal?.code).toBe("stale")
    expect(bound.when({ kind: "present", incarnation: two }).facts).toMatchObject([{ type: "MemberPresent" }])
  })
  it("records presence only when it changes", () => {
    const present = afterMember(add, bind(one), { kind: "present", incarnation: one })
    expect(present.when({ kind: "present", incarnation: one }).facts).toEqual([])
    expect(present.when({ kind: "absent", lastHeardAt: null }).facts).toMatchObject([{ type: "MemberAbsent" }])
  })
  it("takes no command after it was removed", () => {
    const removed = afterMember(add, { kind: "remove", reason: "" })
    for (const command of [bind(one), { kind: "resume" } as const, { kind: "edit", profile } as const])
      expect(removed.when(command).refusal?.code).toBe("removed")
    expect(removed.when({ kind: "remove", reason: "" }).facts).toEqual([])
  })
})
