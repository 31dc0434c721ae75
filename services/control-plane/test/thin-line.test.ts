import { afterAll, beforeAll, expect, test } from "vitest"
import { call, type Edge, type Floor, signIn, startEdge, startFloor } from "./support/edge.ts"

let floor: Floor
let edge: Edge
let cookie: string
beforeAll(async () => {
  floor = await startFloor()
  edge = await startEdge(floor)
  cookie = await signIn(floor, edge, "Ada", "owner")
})
afterAll(async () => {
  await edge.close()
  await floor.stop()
})

test("a person signs in, makes a team, adds a leader and dispatches work to it", async () => {
  const me = await call(edge, "GET", "/session", { cookie })
  expect(me).toMatchObject({ status: 200, json: { user: { name: "Ada", role: "owner" }, org: { name: "Muster" } } })
  const team = await call(edge, "POST", "/teams", { cookie, body: { name: "Docs" } })
  expect(team.status).toBe(201)
  const path = `/teams/${team.id}`
  const member = await call(edge, "POST", `${path}/members`, {
    cookie,
    body: { handle: "lea", role: "leader", runtime: "simulated" },
  })
  expect(member.status).toBe(201)
  const task = await call(edge, "POST", `${path}/tasks`, { cookie, body: { title: "Write the index" } })
  expect(task.status).toBe(202)
  const read = await call(edge, "GET", `${path}/tasks/${task.id}?atLeast=${task.position}`, { cookie })
  expect(read).toMatchObject({
    status: 200,
    json: { task: { number: 1, title: "Write the index", phase: "queued", memberId: member.id } },
  })
})
