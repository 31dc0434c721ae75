import { type RecordedEvent, streams } from "@muster/domain"
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest"
import { signIn } from "./support/edge.ts"
import { addMember, dispatch, type House, newTeam, openHouse } from "./support/house.ts"

interface TurnTask {
  readonly id: string
  readonly title: string
  readonly phase: string
  readonly memberId: string
  readonly conversation?: { readonly conversationId: string; readonly messageId: string }
}
interface Posting {
  readonly text: string
  readonly mentions: readonly string[]
}

let house: House
let team: string
let ada: string
let bob: string
beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house.close())
beforeEach(async () => {
  team = await newTeam(house)
  ada = await addMember(house, team, "ada")
  bob = await addMember(house, team, "bob")
})

const say = async (text: string, mentions: readonly string[], key?: string) => {
  const answer = await house.post(`${team}/chat`, { text, mentions }, key === undefined ? {} : { key })
  expect(answer.status).toBe(201)
  return answer
}
/** Turns of the team from a position on, in the order of their numbers. */
const turnsAt = async (position: string): Promise<readonly TurnTask[]> => {
  const { items } = (await house.get(`${team}/tasks?atLeast=${position}`)).json as { items: readonly TurnTask[] }
  return items.toReversed()
}
const taskEvents = (id: string): Promise<readonly RecordedEvent[]> => house.floor.log.readStream(streams.task(id))
const conversationOf = (task: TurnTask | undefined) => task?.conversation?.conversationId

describe("a message that mentions agents", () => {
  test("is a turn of each: an ordinary task with what was said, at the message", async () => {
    const message = await say("@ada @bob: how far are you?\nBe brief.", [ada, bob])
    const turns = await turnsAt(message.position)
    expect(turns).toMatchObject([
      { memberId: ada, title: "how far are you?", phase: "queued", conversation: { messageId: message.id } },
      { memberId: bob, title: "how far are you?", phase: "queued", conversation: { messageId: message.id } },
    ])
    const [dispatched] = await taskEvents(turns[0]?.id ?? "")
    expect(dispatched).toMatchObject({
      type: "TaskDispatched",
      data: { spec: { instructions: "how far are you?\nBe brief.", memberId: ada } },
      meta: { actor: { kind: "person" } },
    })
  })

  test("sent again under its key dispatches nothing again", async () => {
    const first = await say("@ada hello", [ada], "the-key")
    const again = await say("@ada hello", [ada], "the-key")
    expect(again.json).toEqual(first.json)
    expect(await turnsAt(again.position)).toHaveLength(1)
  })

  test("is in the log after its turns: whoever sees it finds them", async () => {
    const message = await say("@ada hello", [ada])
    const [turn] = await turnsAt(message.position)
    const [dispatched] = await taskEvents(turn?.id ?? "")
    const [posted] = await house.floor.log.readStream(streams.chat(team.slice("/teams/".length)))
    expect(Number(posted?.position)).toBeGreaterThan(Number(dispatched?.position))
  })

  test("goes on in the conversation of the message before, each member in its own", async () => {
    await say("@ada hello", [ada])
    await say("@ada and @bob", [ada, bob])
    const last = await say("@ada again", [ada])
    const [one, two, ofBob, three] = await turnsAt(last.position)
    expect(conversationOf(two)).toBe(conversationOf(one))
    expect(conversationOf(three)).toBe(conversationOf(one))
    expect(conversationOf(ofBob)).not.toBe(conversationOf(one))
  })

  test("that begins with /new goes on in a fresh one, at once or with the next message", async () => {
    await say("@ada hello", [ada])
    await say("@ada /new forget that", [ada])
    await say("@ada /new", [ada])
    const last = await say("@ada what now?", [ada])
    const turns = await turnsAt(last.position)
    expect(turns.map(({ title }) => title)).toEqual(["hello", "forget that", "what now?"])
    expect(new Set(turns.map(conversationOf)).size).toBe(3)
  })

  test("and says /stop ends what it does in the conversation, and nothing else", async () => {
    const other = await dispatch(house, team, ada)
    await say("@ada count to a million", [ada])
    await say("@bob you too", [bob])
    const stop = await say("@ada /stop", [ada], "stop")
    expect((await say("@ada /stop", [ada], "stop")).json).toEqual(stop.json)
    const turns = await turnsAt(stop.position)
    expect(turns.map(({ title, phase }) => [title, phase])).toEqual([
      ["Work", "queued"],
      ["count to a million", "cancelled"],
      ["you too", "queued"],
    ])
    expect((await taskEvents(other)).map(({ type }) => type)).toEqual(["TaskDispatched"])
  })

  test("that was removed is no turn", async () => {
    await house.post(`${team}/members/${bob}/remove`, { reason: "" })
    const message = await say("@bob was here", [bob])
    expect(await turnsAt(message.position)).toEqual([])
  })

  test("is refused as a whole when one of them is of another team, or the team is archived", async () => {
    const elsewhere = await newTeam(house)
    const stranger = await addMember(house, elsewhere, "ann")
    const post = (body: Posting) => house.post(`${team}/chat`, body)
    expect(await post({ text: "@ada @ann", mentions: [ada, stranger] })).toMatchObject({ problem: "unknown-member" })
    const archived = await house.post(`${team}/archive`, { reason: "" })
    expect(await post({ text: "@ada hello", mentions: [ada] })).toMatchObject({ problem: "archived" })
    expect(await turnsAt(archived.position)).toEqual([])
  })

  test("is not for who may only look", async () => {
    const viewer = house.as(await signIn(house.floor, house.edge, "Vic", "viewer"))
    expect(await viewer.post(`${team}/chat`, { text: "@ada hello", mentions: [ada] })).toMatchObject({ status: 403 })
  })
})

describe("a message to a member alone", () => {
  const tell = async (text: string, to = ada) => {
    const answer = await house.post(`${team}/chat`, { text, to })
    expect(answer.status).toBe(201)
    return answer
  }

  test("is its turn, in a conversation of that person's own, and stands apart from the team's chat", async () => {
    await say("@ada hello", [ada])
    const first = await tell("and between us?")
    const last = await tell("go on")
    const [ofTeam, one, two] = await turnsAt(last.position)
    expect(one).toMatchObject({ memberId: ada, title: "and between us?", conversation: { messageId: first.id } })
    expect(conversationOf(two)).toBe(conversationOf(one))
    expect(conversationOf(one)).not.toBe(conversationOf(ofTeam))
    const bo = house.as(await signIn(house.floor, house.edge, "Bo", "operator"))
    const other = await bo.post(`${team}/chat`, { text: "me too", to: ada })
    expect(conversationOf((await turnsAt(other.position))[3])).not.toBe(conversationOf(one))
    const { items } = (await house.get(`${team}/chat?atLeast=${other.position}`)).json as {
      items: readonly { readonly text: string; readonly direct?: { readonly memberId: string } }[]
    }
    expect(items.map(({ text, direct }) => [text, direct?.memberId])).toEqual([
      ["me too", ada],
      ["go on", ada],
      ["and between us?", ada],
      ["@ada hello", undefined],
    ])
  })

  test("begins anew and stops by the same words", async () => {
    await tell("count")
    const stopped = await tell("/stop")
    expect(await turnsAt(stopped.position)).toMatchObject([{ phase: "cancelled" }])
    const [one, two] = await turnsAt((await tell("/new begin")).position)
    expect(conversationOf(two)).not.toBe(conversationOf(one))
  })

  test("is refused when the member was removed", async () => {
    await house.post(`${team}/members/${bob}/remove`, { reason: "" })
    expect(await house.post(`${team}/chat`, { text: "still there?", to: bob })).toMatchObject({ problem: "removed" })
  })
})

describe("a message that mentions nobody", () => {
  test("is no turn, whatever it says", async () => {
    await say("/new", [])
    const message = await say("/stop it", [])
    expect(await turnsAt(message.position)).toEqual([])
  })
})
