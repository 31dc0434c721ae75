import { describe, expect, it } from "vitest"
import {
  absentTeam,
  decideTeam,
  evolveTeam,
  TASK_TEMPLATES_MAX,
  type TaskTemplateId,
  type TeamCommand,
  type TeamState,
} from "#src/index.ts"
import { team, uuid } from "./arbitrary.ts"

const draft = { instructions: "Write the notes" }
const save = (n: number, name: string): TeamCommand => ({
  kind: "save-template",
  templateId: uuid(n) as TaskTemplateId,
  name,
  draft,
})
const given = (...commands: readonly TeamCommand[]): TeamState =>
  commands.reduce<TeamState>((state, command) => (decideTeam(state, command).facts ?? []).reduce(evolveTeam, state), {
    ...absentTeam,
    isCreated: true,
  })

describe("drafts that a team keeps", () => {
  it("are found by their names: one of the same name, however it is written, gives way", () => {
    const state = given(save(1, "Release notes"), save(2, "Smoke test"))
    const decision = decideTeam(state, save(3, " release NOTES"))
    expect(decision.facts).toMatchObject([{ type: "TeamTaskTemplateSaved", data: { templateId: uuid(1) } }])
    expect(given(save(1, "Release notes"), save(3, "release notes")).taskTemplates).toHaveLength(1)
  })

  it("are few: one more than fit is refused, a change of one of them is not", () => {
    const full = given(...Array.from({ length: TASK_TEMPLATES_MAX }, (_, n) => save(n, `Template ${n}`)))
    expect(decideTeam(full, save(99, "One more")).refusal?.code).toBe("too-many-templates")
    expect(decideTeam(full, save(99, "Template 0")).facts).toHaveLength(1)
  })

  it("are deleted once, and not at all in an archived team", () => {
    const remove: TeamCommand = { kind: "delete-template", templateId: uuid(1) as TaskTemplateId }
    const state = given(save(1, "A"))
    expect(decideTeam(state, remove).facts).toHaveLength(1)
    expect(decideTeam(given(save(1, "A"), remove), remove).facts).toEqual([])
    expect(decideTeam({ ...state, isArchived: true }, save(2, "B")).refusal?.code).toBe("archived")
    expect(
      decideTeam(absentTeam, { kind: "create", teamId: team, profile: state.profile, requestHash: "" }).facts,
    ).toHaveLength(1)
  })
})
