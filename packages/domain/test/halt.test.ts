import { describe, expect, it } from "vitest"
import {
  absentMember,
  absentOrganisation,
  absentTeam,
  decideMember,
  decideOrganisation,
  decideTeam,
  evolveMember,
  evolveOrganisation,
  evolveTeam,
  fact,
  isHalted,
  takesWork,
  type IncarnationId,
  type MemberCommand,
  type OrganisationCommand,
  type OrgId,
  type Position,
  type TeamCommand,
} from "#src/index.ts"
import { member, team, uuid } from "./arbitrary.ts"

const afterTeam = (...commands: readonly TeamCommand[]) => {
  let state = evolveTeam(
    absentTeam,
    fact("TeamCreated", { teamId: team, profile: { name: "T", description: "" }, requestHash: "" }),
  )
  for (const command of commands)
    for (const event of decideTeam(state, command).facts ?? []) state = evolveTeam(state, event)
  return { state, when: (command: TeamCommand) => decideTeam(state, command) }
}
const halt = { kind: "halt", by: "team", reason: "runaway", cancelQueued: false } as const
const haltAll = { ...halt, by: "organisation" } as const
const release = { kind: "release", by: "team", reason: "found it" } as const

describe("the kill switch of a team", () => {
  it("stops all assigning until it is lifted", () => {
    expect(takesWork(afterTeam().state)).toBe(true)
    expect(takesWork(afterTeam(halt).state)).toBe(false)
    expect(takesWork(afterTeam(halt, release).state)).toBe(true)
  })
  it("changes nothing when it is on already, but may take the queue along later", () => {
    expect(afterTeam(halt).when(halt).facts).toEqual([])
    expect(afterTeam(halt).when({ ...halt, cancelQueued: true }).facts).toHaveLength(1)
    expect(afterTeam({ ...halt, cancelQueued: true }).when(halt).facts).toEqual([])
  })
  it("and the organisation's are lifted each by itself", () => {
    const both = afterTeam(halt, haltAll)
    expect(both.state.halts.map(({ by }) => by)).toEqual(["team", "organisation"])
    expect(isHalted(afterTeam(halt, haltAll, release).state)).toBe(true)
    expect(isHalted(afterTeam(halt, haltAll, release, { ...release, by: "organisation" }).state)).toBe(false)
    expect(afterTeam().when(release).facts).toEqual([])
  })
  it("works on an archived team, and is not lifted by restoring or resuming", () => {
    const archived = afterTeam({ kind: "archive", reason: "" }, halt, { kind: "restore" }, { kind: "resume" })
    expect(isHalted(archived.state)).toBe(true)
  })
})

describe("a team that drains", () => {
  it("takes nothing new until it is resumed", () => {
    const draining = afterTeam({ kind: "drain", reason: "move" })
    expect(takesWork(draining.state)).toBe(false)
    expect(draining.when({ kind: "drain", reason: "" }).facts).toEqual([])
    expect(takesWork(afterTeam({ kind: "drain", reason: "" }, { kind: "resume" }).state)).toBe(true)
    expect(afterTeam({ kind: "archive", reason: "" }).when({ kind: "drain", reason: "" }).refusal?.code).toBe(
      "archived",
    )
  })
})

describe("the kill switch of an organisation", () => {
  const after = (...commands: readonly OrganisationCommand[]) => {
    let state = evolveOrganisation(
      absentOrganisation,
      fact("OrganisationCreated", { orgId: uuid(9) as OrgId, name: "O" }),
    )
    for (const command of commands)
      for (const event of decideOrganisation(state, command).facts ?? []) state = evolveOrganisation(state, event)
    return { state, when: (command: OrganisationCommand) => decideOrganisation(state, command) }
  }
  it("is on until it is lifted, and thrown twice changes nothing", () => {
    const thrown = { kind: "halt", reason: "runaway", cancelQueued: false } as const
    expect(after(thrown).state).toMatchObject({ isHalted: true, haltReason: "runaway" })
    expect(after(thrown).when(thrown).facts).toEqual([])
    expect(after(thrown).when({ ...thrown, cancelQueued: true }).facts).toHaveLength(1)
    expect(after(thrown, { kind: "release", reason: "" }).state.isHalted).toBe(false)
    expect(after().when({ kind: "release", reason: "" }).facts).toEqual([])
  })
  it("needs an organisation", () => {
    expect(decideOrganisation(absentOrganisation, { kind: "release", reason: "" }).refusal?.code).toBe("not-found")
  })
})

describe("a member", () => {
  const incarnation = uuid(77) as IncarnationId
  const after = (...commands: readonly MemberCommand[]) => {
    const profile = {
      handle: "a",
      name: "A",
      role: "member",
      runtime: "simulated",
      runtimeOptions: {},
      slots: 1,
      skills: [],
      placement: "manual",
    } as const
    let state = evolveMember(
      absentMember,
      fact("MemberAdded", { memberId: member, teamId: team, profile, requestHash: "" }),
    )
    for (const command of commands)
      for (const event of decideMember(state, command).facts ?? []) state = evolveMember(state, event)
    return { state, when: (command: MemberCommand) => decideMember(state, command) }
  }
  const bind = { kind: "bind", incarnation, agentVersion: "1", host: "h" } as const

  it("drains until it is resumed", () => {
    const draining = after({ kind: "drain", reason: "update" })
    expect(draining.state.isDraining).toBe(true)
    expect(draining.when({ kind: "drain", reason: "" }).facts).toEqual([])
    expect(after({ kind: "drain", reason: "" }, { kind: "resume" }).state.isDraining).toBe(false)
  })
  it("is ordered to stop only as the incarnation that did not obey", () => {
    expect(after(bind).when({ kind: "order-stop", incarnation, reason: "" }).facts).toHaveLength(1)
    const other = uuid(78) as IncarnationId
    expect(after(bind).when({ kind: "order-stop", incarnation: other, reason: "" }).refusal?.code).toBe("stale")
  })
  it("has each dead-lettered entry dealt with once, and put aside even when it is gone", () => {
    const entry = "12" as Position
    const redrive = { kind: "redrive-entry", entry, stream: "out" } as const
    const discard = { kind: "discard-entry", entry, reason: "" } as const
    expect(after(redrive).when(redrive).refusal?.code).toBe("settled")
    expect(after(redrive).when(discard).refusal?.code).toBe("settled")
    expect(after(discard).when(redrive).refusal?.code).toBe("settled")
    const removed = after({ kind: "remove", reason: "" })
    expect(removed.when(redrive).refusal?.code).toBe("removed")
    expect(removed.when(discard).facts).toHaveLength(1)
  })
})
