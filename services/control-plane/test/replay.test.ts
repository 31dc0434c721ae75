import { API_PREFIX, type ExportLine, type FeedEvent, TAPE_CHUNK_EVENTS, type TeamView } from "@muster/contracts"
import { BOOKMARKS_MAX, fact } from "@muster/domain"
import { emptyTeamView, foldTeamView } from "@muster/projections"
import { v7 } from "uuid"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { signIn } from "./support/edge.ts"
import { addMember, dispatch, foreigner, type House, newTeam, openHouse, record } from "./support/house.ts"

let house: House
let team: string
let tasks: string[]
let viewer: string
beforeAll(async () => {
  house = await openHouse()
  viewer = await signIn(house.floor, house.edge, "Vic", "viewer")
  team = await newTeam(house)
  const lea = await addMember(house, team, "lea")
  tasks = []
  for (let i = 1; i <= 6; i++) tasks.push(await dispatch(house, team, lea, { title: `Weigh "stone" ${i}` }))
  await record(house, team, tasks[2] ?? "", fact("TaskExpired", { deadlineAt: "2026-01-01T00:00:00.000Z" }))
  await house.floor.reads.waitFor(await house.floor.log.head(), 5_000)
})
afterAll(() => house.close())

interface Found {
  readonly items: readonly FeedEvent[]
  readonly head: number
  readonly reached: number
  readonly isEnd: boolean
}
const search = async (query: string) => (await house.get(`${team}/history/search?${query}`)).json as Found

describe("a search of the history", () => {
  test("finds words in the data of events, newest first", async () => {
    const { items, isEnd } = await search(`q=${encodeURIComponent('weigh "STONE" 4')}`)
    expect(items.map(({ type }) => type)).toEqual(["TaskDispatched"])
    expect(isEnd).toBe(true)
    expect((await search("q=gravel")).items).toEqual([])
  })

  test("finds the next failure behind a moment, and says when there is none before it", async () => {
    const { items } = await search("signal=failure&after=0&limit=1")
    expect(items).toMatchObject([{ type: "TaskExpired", stream: `task-${tasks[2]}` }])
    const before = await search(`signal=failure&before=${items[0]?.seq}&limit=1`)
    expect(before).toMatchObject({ items: [], isEnd: true })
  })

  test("goes back from a position", async () => {
    const { items } = await search("after=0&limit=5")
    const from = await search(`at=${items[3]?.position}&limit=2`)
    expect(from.items.map(({ seq }) => seq)).toEqual([4, 3])
    expect(await search("at=0")).toMatchObject({ items: [], isEnd: true })
  })

  test("looks through no more than it is asked to and tells how far it came", async () => {
    expect(await search("signal=failure&after=0&within=2")).toMatchObject({ items: [], reached: 2, isEnd: false })
  })

  test.each(["limit=501", "within=20001", "within=0", "types=a b", "signal=loud", "from=yesterday", "before=0", "x=1"])(
    "refuses %s",
    async (query) => {
      expect(await house.get(`${team}/history/search?${query}`)).toMatchObject({ status: 422, problem: "validation" })
    },
  )
})

describe("the activity of a history", () => {
  test("covers all of it", async () => {
    const { json } = await house.get(`${team}/history/activity`)
    const { head, items } = json as { head: number; items: { first: number; last: number; failures: number }[] }
    expect([items[0]?.first, items.at(-1)?.last]).toEqual([1, head])
    expect(items.reduce((sum, { failures }) => sum + failures, 0)).toBe(1)
  })
})

describe("the tape", () => {
  test("gives the team before a piece and the events of it, which together are the team after it", async () => {
    const { base, events, head } = (await house.get(`${team}/replay/tape?seq=3`)).json as {
      base: TeamView
      events: FeedEvent[]
      head: number
    }
    expect(base).toEqual(emptyTeamView())
    expect(events.map(({ seq }) => seq)).toEqual(Array.from({ length: head }, (_, index) => index + 1))
    const { state } = (await house.get(`${team}/replay`)).json as { state: TeamView }
    expect(foldTeamView(base, events)).toEqual(state)
  })

  test("is found by a position, and at its newest end without one", async () => {
    const { items } = await search("after=0&limit=3")
    const at = async (query: string) => (await house.get(`${team}/replay/tape${query}`)).json as { seq: number }
    expect((await at(`?at=${items[2]?.position}`)).seq).toBe(3)
    expect((await at("?at=0")).seq).toBe(0)
    expect((await at("")).seq).toBe((await search("")).head)
  })

  test("has no events where nothing has happened yet", async () => {
    const { json } = await house.get(`${team}/replay/tape?seq=${TAPE_CHUNK_EVENTS + 1}`)
    expect(json).toMatchObject({ events: [] })
  })
})

describe("an export", () => {
  const read = async (query: string) => {
    const response = await fetch(`${house.edge.url}${API_PREFIX}${team}/history/export?${query}`, {
      headers: { cookie: house.owner },
    })
    const text = await response.text()
    const lines = text.split("\n").filter((line) => line !== "")
    return { headers: response.headers, lines: lines.map((line) => JSON.parse(line) as ExportLine) }
  }

  test("is a head, the team before, every event, and an end that counts them", async () => {
    const { headers, lines } = await read("first=4&last=7")
    expect(headers.get("content-type")).toContain("application/x-ndjson")
    expect(headers.get("content-disposition")).toBe('attachment; filename="history-4-7.jsonl"')
    expect(lines.map(({ line }) => line)).toEqual(["head", "state", "event", "event", "event", "event", "end"])
    expect(lines[0]).toMatchObject({ teamName: "Docs", from: 4, to: 7, isWhole: true })
    expect(lines[1]).toMatchObject({ state: { seq: 3 } })
    expect(lines.flatMap((line) => (line.line === "event" ? [[line.event.seq, line.event.schema]] : []))).toEqual([
      [4, 1],
      [5, 1],
      [6, 1],
      [7, 1],
    ])
    expect(lines.at(-1)).toEqual({ line: "end", events: 4 })
  })

  test("of what conditions let through says that it is not whole, and has no state to begin with", async () => {
    const { lines } = await read("signal=failure")
    expect(lines.map(({ line }) => line)).toEqual(["head", "event", "end"])
    expect(lines[0]).toMatchObject({ isWhole: false })
  })

  test("of nothing has an end", async () => {
    const { lines } = await read("first=9000&last=9001")
    expect(lines.map(({ line }) => line)).toEqual(["head", "state", "end"])
  })
})

describe("a bookmark", () => {
  const bookmarks = async (position: string) =>
    ((await house.get(`${team}?atLeast=${position}`)).json as { team: { bookmarks?: { id: string; name: string }[] } })
      .team.bookmarks
  const moment = async () => (await search("after=0&limit=2")).items[1]?.position ?? ""

  test("is seen by the whole team until it is removed; both stand in the history", async () => {
    const added = await house.post(`${team}/bookmarks`, { moment: await moment(), name: "Before the fire" })
    expect(added.status).toBe(201)
    expect(await bookmarks(added.position)).toMatchObject([
      { id: added.id, name: "Before the fire", moment: await moment(), by: { kind: "person" } },
    ])
    const removed = await house.post(`${team}/bookmarks/${added.id}/remove`, {})
    expect(await bookmarks(removed.position)).toEqual([])
    const again = await house.post(`${team}/bookmarks/${added.id}/remove`, {})
    expect(again.status).toBe(200)
    const { items } = await search("types=TeamBookmarkAdded,TeamBookmarkRemoved")
    expect(items.map(({ type }) => type)).toEqual(["TeamBookmarkRemoved", "TeamBookmarkAdded"])
  })

  test("is made once, however often the request is sent", async () => {
    const body = { moment: await moment(), name: "Once" }
    const [first, second] = [
      await house.post(`${team}/bookmarks`, body, { key: "once" }),
      await house.post(`${team}/bookmarks`, body, { key: "once" }),
    ]
    expect(second).toMatchObject({ status: 201, id: first.id, position: first.position })
  })

  test("marks nothing that has not happened", async () => {
    const body = { moment: "99999999", name: "Tomorrow" }
    expect(await house.post(`${team}/bookmarks`, body)).toMatchObject({ status: 422, problem: "validation" })
  })

  test("is refused to who may only look, and beyond so many", async () => {
    const body = { moment: await moment(), name: "Mine" }
    expect(await house.as(viewer).post(`${team}/bookmarks`, body)).toMatchObject({ status: 403 })
    const other = await newTeam(house, "Many")
    await house.floor.reads.waitFor(await house.floor.log.head(), 5_000)
    const first = { moment: "1", name: "n" }
    for (let n = 0; n < BOOKMARKS_MAX; n++)
      expect((await house.post(`${other}/bookmarks`, { ...first, name: `n${n}` })).status).toBe(201)
    expect(await house.post(`${other}/bookmarks`, first)).toMatchObject({ status: 409, problem: "conflict" })
  })

  test("of another organisation does not exist", async () => {
    const stranger = house.as(await foreigner(house))
    expect(await stranger.post(`${team}/bookmarks/${v7()}/remove`, {})).toMatchObject({ status: 404 })
  })
})
