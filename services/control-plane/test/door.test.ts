import { API_PREFIX, type Route, type RouteName, routes } from "@muster/contracts"
import { policy } from "@muster/domain"
import { v7 } from "uuid"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { call, signIn } from "./support/edge.ts"
import { addMember, dispatch, foreigner, type House, newSchedule, newTeam, openHouse } from "./support/house.ts"

let house: House
let viewer: string
let operator: string
let stranger: string
/** Path parameters that name real things of one team. */
let real: Record<string, string>
let otherTeam: string

beforeAll(async () => {
  house = await openHouse()
  viewer = await signIn(house.floor, house.edge, "Vic", "viewer")
  operator = await signIn(house.floor, house.edge, "Op", "operator")
  stranger = await foreigner(house)
  const team = await newTeam(house)
  const member = await addMember(house, team, "lea", { role: "leader" })
  const task = await dispatch(house, team, member)
  otherTeam = (await newTeam(house, "Other")).slice("/teams/".length)
  const schedule = await newSchedule(house, team)
  const sha256 = "0".repeat(64)
  real = {
    team: team.slice("/teams/".length),
    member,
    task,
    schedule,
    question: v7(),
    approval: v7(),
    bookmark: v7(),
    template: v7(),
    sha256,
  }
})
afterAll(() => house.close())

const all = Object.entries(routes) as [RouteName, Route][]
const guarded = all.filter(([, route]) => route.action !== "public")
const names = (entries: readonly [RouteName, Route][]) => entries.map(([name]) => name)

const pathOf = (route: Route, values: Record<string, string>) =>
  route.path.replaceAll(/:([a-z0-9]+)/gu, (_, name: string) => values[name] ?? "missing")
/** A request whose body nobody looked at yet: the door comes first. */
const knock = (route: Route, cookie: string | undefined, values = real, headers: Record<string, string> = {}) =>
  call(house.edge, route.method, pathOf(route, values), {
    ...(cookie === undefined ? {} : { cookie }),
    headers,
    ...(route.method === "GET" ? {} : { body: { no: "body of any route" } }),
  })

const holds = (route: Route, role: "owner" | "operator" | "viewer") =>
  route.action !== "public" && (policy[route.action] as readonly string[]).includes(role)

describe("every route", () => {
  test.each(names(guarded))("%s refuses who is not signed in", async (name) => {
    expect(await knock(routes[name], undefined)).toMatchObject({ status: 401, problem: "unauthenticated" })
    const forged = `muster_session=${"A".repeat(43)}`
    expect(await knock(routes[name], forged)).toMatchObject({ status: 401, problem: "unauthenticated" })
  })

  const notForViewers = guarded.filter(([, route]) => !holds(route, "viewer"))
  test.each(names(notForViewers))("%s refuses a viewer", async (name) => {
    expect(await knock(routes[name], viewer)).toMatchObject({ status: 403, problem: "forbidden" })
  })

  const onlyOwners = guarded.filter(([, route]) => !holds(route, "operator"))
  test.each(names(onlyOwners))("%s refuses an operator", async (name) => {
    expect(await knock(routes[name], operator)).toMatchObject({ status: 403, problem: "forbidden" })
  })

  const ofATeam = guarded.filter(([, route]) => route.path.includes(":team"))
  test.each(names(ofATeam))("%s does not know a team of another organisation", async (name) => {
    expect(await knock(routes[name], stranger)).toMatchObject({ status: 404, problem: "not-found" })
  })
  test.each(names(ofATeam))("%s answers alike for a foreign team and for one that never was", async (name) => {
    const [foreign, never] = await Promise.all([
      knock(routes[name], stranger),
      knock(routes[name], stranger, { ...real, team: v7() }),
    ])
    const strip = ({ json }: typeof foreign) => ({ ...(json as object), requestId: 0, instance: 0 })
    expect(strip(foreign)).toEqual(strip(never))
  })
  test.each(names(ofATeam))("%s does not know ids that are none", async (name) => {
    expect(await knock(routes[name], house.owner, { ...real, team: "%00" })).toMatchObject({ status: 404 })
    expect(await knock(routes[name], house.owner, { ...real, team: "not-an-id" })).toMatchObject({ status: 404 })
  })

  const ofAThing = guarded.filter(([, route]) => /:(?:member|task|schedule)/u.test(route.path))
  test.each(names(ofAThing))("%s does not know a thing of another team of the same organisation", async (name) => {
    expect(await knock(routes[name], house.owner, { ...real, team: otherTeam })).toMatchObject({ status: 404 })
  })
  test.each(names(ofAThing))("%s does not know a thing that never was", async (name) => {
    const values = { ...real, member: v7(), task: v7(), schedule: v7() }
    expect(await knock(routes[name], house.owner, values)).toMatchObject({ status: 404 })
  })

  const unsafe = all.filter(([, route]) => route.method !== "GET")
  test.each(names(unsafe))("%s refuses pages of other origins, even with a good session", async (name) => {
    for (const headers of [
      { origin: "https://evil.example" },
      { origin: "null" },
      { "sec-fetch-site": "cross-site" },
      { "sec-fetch-site": "same-site" },
    ])
      expect(await knock(routes[name], house.owner, real, headers)).toMatchObject({
        status: 403,
        problem: "cross-origin",
      })
  })

  test("lets pages of its own origin in", async () => {
    const headers = { origin: house.edge.url, "sec-fetch-site": "same-origin" }
    expect(await house.post("/teams", { name: "From a page" }, { headers })).toMatchObject({ status: 201 })
  })
})

test("lists of a foreign organisation hold nothing of ours", async () => {
  expect(await house.as(stranger).get("/teams")).toMatchObject({ status: 200, json: { items: [] } })
  expect(await house.as(stranger).get("/people")).toMatchObject({ status: 200, json: { items: [] } })
})

test("a person's session opens no door of agents, and an agent's none of people", async () => {
  const path = `/agent/tasks/${v7()}/assignments/${v7()}/output?offset=0`
  const headers = { "content-type": "application/octet-stream" }
  expect(await call(house.edge, "POST", path, { cookie: house.owner, body: "x", headers })).toMatchObject({
    status: 401,
  })
  expect(await call(house.edge, "PUT", `/agent/blobs/${"0".repeat(64)}`, { body: "x", headers })).toMatchObject({
    status: 401,
  })
  const withKey = { headers: { authorization: `Bearer ${"A".repeat(43)}` } }
  expect(await call(house.edge, "GET", "/teams", withKey)).toMatchObject({ status: 401 })
})

test("a host name that is not ours is refused: a foreign name pointed at this machine reaches nothing", async () => {
  const { request } = await import("node:http")
  const statusFor = (host: string) =>
    new Promise<number | undefined>((resolve, reject) => {
      const { port } = house.edge
      request({ host: "127.0.0.1", port, path: `${API_PREFIX}/session`, headers: { host } }, (response) => {
        response.resume()
        resolve(response.statusCode)
      })
        .on("error", reject)
        .end()
    })
  expect(await statusFor("evil.example")).toBe(421)
  expect(await statusFor(`localhost:${house.edge.port}`)).toBe(401)
  expect(await statusFor(`127.0.0.1:${house.edge.port}`)).toBe(401)
})
