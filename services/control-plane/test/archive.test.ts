import { type Route, type RouteName, routes } from "@muster/contracts"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { addMember, dispatch, type House, newSchedule, newTeam, openHouse } from "./support/house.ts"
import { v7 } from "uuid"

/** What stops work or takes rights away, and what ends the archive. */
const ALLOWED: readonly RouteName[] = [
  "archiveTeam",
  "restoreTeam",
  "haltTeam",
  "releaseTeam",
  "cancelTask",
  "cancelTasks",
  "discardTask",
  "discardTasks",
  "discardDeadLetters",
  "removeMember",
  "deleteSchedule",
  "removeTeamModel",
  "removeMemberModel",
  "checkTeamModel",
  "checkMemberModel",
]

let house: House
let team: string
/** What a path names, and bodies that are fit to be refused for nothing but the archive. */
let named: Readonly<Record<string, string>>
let bodies: Readonly<Record<string, object>>
beforeAll(async () => {
  house = await openHouse()
  team = await newTeam(house)
  const member = await addMember(house, team, "lea", { role: "leader" })
  const task = await dispatch(house, team, member)
  const schedule = await newSchedule(house, team)
  named = { team: team.slice("/teams/".length), member, task, schedule }
  const ids = [task]
  bodies = {
    editTeam: { name: "Other" },
    addMember: { handle: "new", runtime: "simulated" },
    editMember: { name: "Other" },
    dispatchTask: { title: "A", memberId: member },
    dispatchTasks: { tasks: [{ title: "A", memberId: member }] },
    retryTasks: { ids },
    redriveTasks: { ids },
    reassignTasks: { ids, memberId: member },
    reassignTask: { memberId: member },
    setTaskPriority: { priority: 1 },
    steerTask: { text: "Hurry" },
    answerQuestion: { answer: "Yes" },
    decideApproval: { isApproved: true, hash: "0".repeat(64) },
    postChat: { text: "Hello" },
    setTeamModel: { baseUrl: null, model: "m" },
    setMemberModel: { baseUrl: null, model: "m" },
    createSchedule: { name: "Weekly", cron: "0 3 * * 1", task: { title: "Work" } },
    editSchedule: { name: "Other" },
    redriveDeadLetters: { entries: ["1"] },
    addBookmark: { moment: "1", name: "Before" },
    saveTaskTemplate: { name: "Notes", draft: { instructions: "Write" } },
  }
  await house.post(`${team}/archive`, { reason: "over" })
})
afterAll(() => house.close())

const commands = (Object.entries(routes) as [RouteName, Route][]).filter(
  ([, { method, path }]) => method !== "GET" && path.startsWith("/teams/:team"),
)
const send = (name: RouteName, { method, path }: Route) => {
  const address = path.replaceAll(/:(\w+)/gu, (_, part: string) => named[part] ?? v7())
  if (method === "DELETE") return house.del(address)
  return method === "PATCH" ? house.patch(address, bodies[name] ?? {}) : house.post(address, bodies[name] ?? {})
}

describe("an archived team", () => {
  test.each(commands.filter(([name]) => !ALLOWED.includes(name)))(
    "refuses %s, and changes nothing",
    async (name, route) => {
      const before = await house.floor.log.head()
      const { status, problem, json } = await send(name, route)
      // Of a thing that is not there, or a state that was not so, that is said: it is refused all the same.
      if (status < 300)
        expect(json).toMatchObject({
          verdicts: expect.not.arrayContaining([expect.objectContaining({ ok: true })]) as unknown[],
        })
      else expect(status).toBeLessThan(500)
      expect(await house.floor.log.head()).toBe(before)
      const isOfMissing = ["conflict", "not-found", "unsupported-media-type", "validation"].includes(problem ?? "")
      if (!isOfMissing && status >= 300) expect(problem).toBe("archived")
    },
  )

  test("says so for what would go well in an open one", async () => {
    const plain: readonly RouteName[] = [
      "editTeam",
      "pauseTeam",
      "drainTeam",
      "addMember",
      "editMember",
      "pauseMember",
      "drainMember",
      "resumeMember",
      "enrollMember",
      "dispatchTask",
      "pauseTask",
      "postChat",
      "createSchedule",
      "editSchedule",
      "pauseSchedule",
      "addBookmark",
      "saveTaskTemplate",
      "setTeamModel",
    ]
    const answers = await Promise.all(
      plain.map(async (name) => {
        const route = routes[name as keyof typeof routes] as Route | undefined
        return route === undefined
          ? `${name}: no such route`
          : `${name}: ${(await send(name, route)).problem ?? "done"}`
      }),
    )
    expect(answers).toEqual(plain.map((name) => `${name}: archived`))
  })

  test("lets work be stopped, members be removed and schedules be deleted", async () => {
    expect(await house.post(`${team}/tasks/${named["task"] ?? ""}/cancel`, {})).toMatchObject({ status: 202 })
    expect(await house.post(`${team}/schedules/${named["schedule"] ?? ""}/delete`, {})).toMatchObject({ status: 200 })
    expect(await house.post(`${team}/members/${named["member"] ?? ""}/remove`, {})).toMatchObject({ status: 200 })
  })
})
