import { fact, streams, toNewEvents, EventId } from "@muster/domain"
import { v7 } from "uuid"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { addMember, dispatch, type House, newTeam, openHouse } from "./support/house.ts"

interface Page {
  readonly items: readonly Record<string, unknown>[]
  readonly next: string | null
}

let house: House
let team: string
let lea: string
beforeAll(async () => {
  house = await openHouse()
  team = await newTeam(house)
  lea = await addMember(house, team, "lea")
  for (let i = 1; i <= 5; i++) await dispatch(house, team, lea, { title: `Task ${i}` })
  for (let i = 1; i <= 3; i++) await house.post(`${team}/chat`, { text: `message ${i}` })
  await house.floor.reads.waitFor(await house.floor.log.head(), 5_000)
})
afterAll(() => house.close())

const page = async (path: string) => (await house.get(team + path)).json as Page

describe("lists", () => {
  test("of tasks come in pages, newest first, until there are no more", async () => {
    const numbers: unknown[] = []
    let before = ""
    for (;;) {
      const { items, next } = await page(`/tasks?limit=2${before}`)
      numbers.push(...items.map((item) => item["number"]))
      if (next === null) break
      before = `&before=${next}`
    }
    expect(numbers).toEqual([5, 4, 3, 2, 1])
  })

  test("of tasks are narrowed by state, member and words", async () => {
    expect((await page("/tasks?state=closed")).items).toEqual([])
    expect((await page(`/tasks?state=open&member=${lea}&phase=queued`)).items).toHaveLength(5)
    expect((await page("/tasks?q=Task%203")).items).toMatchObject([{ number: 3 }])
    expect((await page(`/tasks?member=${v7()}`)).items).toEqual([])
  })

  test("of chat messages come in pages, newest first", async () => {
    const first = await page("/chat?limit=2")
    expect(first.items).toMatchObject([{ text: "message 3" }, { text: "message 2" }])
    expect((await page(`/chat?limit=2&before=${first.next}`)).items).toMatchObject([{ text: "message 1" }])
  })

  test("of teams leave archived ones out when asked to", async () => {
    const gone = await newTeam(house, "Gone")
    const { position } = await house.post(`${gone}/archive`, {})
    const names = async (query: string) =>
      ((await house.get(`/teams?atLeast=${position}${query}`)).json as Page).items.map(({ name }) => name)
    expect(await names("")).toEqual(["Docs", "Gone"])
    expect(await names("&archived=false")).toEqual(["Docs"])
    expect(await names("&archived=true")).toEqual(["Gone"])
  })

  test("of dead letters show what could not be understood", async () => {
    const stream = streams.member(lea)
    const [first] = await house.floor.log.readStream(stream, { limit: 1 })
    if (first === undefined) throw new Error("no member")
    const letter = fact("MemberEntryDeadLettered", { stream: "out", entryId: "1-0", reason: "no JSON" })
    const events = toNewEvents([letter], first.meta, () => EventId.make(v7()))
    const [verdict] = await house.floor.log.append([{ stream, expectedRevision: "any", events }])
    if (verdict?.ok !== true) throw new Error("not recorded")
    await house.floor.reads.waitFor(verdict.lastPosition, 5_000)
    expect((await page("/dead-letters")).items).toMatchObject([
      { memberId: lea, stream: "out", entryId: "1-0", reason: "no JSON" },
    ])
  })
})

describe("history", () => {
  test("is read forwards and backwards by feed number, and by type and task", async () => {
    const read = async (query: string) => {
      const { items, head } = (await house.get(`${team}/history?${query}`)).json as {
        items: Page["items"]
        head: number
      }
      return { seqs: items.map(({ seq }) => seq), types: items.map(({ type }) => type), head }
    }
    expect((await read("after=0&limit=3")).seqs).toEqual([1, 2, 3])
    expect((await read("before=4&limit=2")).seqs).toEqual([2, 3])
    expect((await read("type=MemberAdded")).types).toEqual(["MemberAdded"])
    expect((await read("limit=1")).head).toBeGreaterThanOrEqual(10)
    const { items } = await page("/tasks?q=Task%202")
    expect((await read(`task=${String(items[0]?.["id"])}`)).types).toEqual(["TaskDispatched"])
  })
})

describe("replay", () => {
  interface Replay {
    readonly state: {
      readonly seq: number
      readonly position: string
      readonly tasks: object
      readonly chat: unknown[]
    }
    readonly head: { readonly seq: number; readonly position: string }
    readonly firstPosition: string
  }
  const replay = async (query = "") => (await house.get(`${team}/replay${query}`)).json as Replay

  test("shows the team as it was at any position, and where its history begins and ends", async () => {
    const now = await replay()
    expect(now.state.seq).toBe(now.head.seq)
    expect([Object.keys(now.state.tasks).length, now.state.chat.length]).toEqual([5, 3])
    const { items } = (await house.get(`${team}/history?after=0&limit=4`)).json as Page
    const then = await replay(`?at=${String(items[3]?.["position"])}`)
    expect([then.state.seq, Object.keys(then.state.tasks).length, then.state.chat.length]).toEqual([4, 2, 0])
    expect(then.head).toEqual(now.head)
    expect(then.firstPosition).toBe(items[0]?.["position"])
  })

  test("before the team's beginning shows nothing", async () => {
    expect((await replay("?at=0")).state).toMatchObject({ seq: 0, team: null, tasks: {} })
  })
})

test("a member added to the team is seen by who asks for the team", async () => {
  const added = await house.post(`${team}/members`, { handle: "bob", runtime: "command", skills: ["sh"], slots: 2 })
  const { members } = (await house.get(`${team}?atLeast=${added.position}`)).json as { members: { id: string }[] }
  expect(members.map(({ id }) => id)).toEqual([lea, added.id])
})
