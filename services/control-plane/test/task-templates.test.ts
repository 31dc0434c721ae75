import { TASK_TEMPLATE_INSTRUCTIONS_MAX_CHARS } from "@muster/domain"
import { v7 } from "uuid"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { addMember, type House, newTeam, openHouse } from "./support/house.ts"

let house: House
beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house.close())

interface Template {
  readonly id: string
  readonly name: string
  readonly draft: object
}
const templatesOf = async (team: string, position: string | undefined) => {
  const { json } = await house.get(`${team}?atLeast=${position}`)
  return (json as { team: { taskTemplates?: readonly Template[] } }).team.taskTemplates ?? []
}

describe("task templates of a team", () => {
  test("are kept with it, and one of the same name gives way", async () => {
    const team = await newTeam(house)
    const lea = await addMember(house, team, "lea")
    const draft = { instructions: "Write the notes", memberId: lea, priority: 8 }
    const first = await house.post(`${team}/task-templates`, { name: "Notes", draft })
    expect(first.status).toBe(201)
    expect(await templatesOf(team, first.position)).toMatchObject([{ name: "Notes", draft }])
    const again = await house.post(`${team}/task-templates`, { name: "notes", draft: { instructions: "Shorter" } })
    expect(again.json).toMatchObject({ id: (first.json as Template).id })
    expect(await templatesOf(team, again.position)).toMatchObject([
      { name: "notes", draft: { instructions: "Shorter" } },
    ])
    const { id } = first.json as Template
    const gone = await house.post(`${team}/task-templates/${id}/delete`, {})
    expect(await templatesOf(team, gone.position)).toEqual([])
  })

  test.each([
    ["no name", { name: " ", draft: { instructions: "" } }],
    ["no draft", { name: "x" }],
    ["too long a text", { name: "x", draft: { instructions: "x".repeat(TASK_TEMPLATE_INSTRUCTIONS_MAX_CHARS + 1) } }],
    ["an unknown field", { name: "x", draft: { instructions: "", deadlineAt: "2026-01-01T00:00:00Z" } }],
  ])("are refused with %s", async (_what, body) => {
    const team = await newTeam(house)
    expect(await house.post(`${team}/task-templates`, body)).toMatchObject({ status: 422, problem: "validation" })
  })

  test("that are not there can be deleted: nothing changes", async () => {
    const team = await newTeam(house)
    expect(await house.post(`${team}/task-templates/${v7()}/delete`, {})).toMatchObject({ status: 200 })
  })
})
