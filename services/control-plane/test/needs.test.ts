import {
  type ClientToServer,
  type FeedEvent,
  needsFeed,
  type NeedsPage,
  type ServerToClient,
  type SubscribeReply,
  teamFeed,
} from "@muster/contracts"
import { AssignmentId, fact, QuestionId } from "@muster/domain"
import { io, type Socket } from "socket.io-client"
import { v7 } from "uuid"
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest"
import { signIn } from "./support/edge.ts"
import { addMember, dispatch, foreigner, type House, memberIdOf, newTeam, openHouse, record } from "./support/house.ts"

let house: House
let viewer: string
const sockets: Socket<ServerToClient, ClientToServer>[] = []
beforeAll(async () => {
  house = await openHouse()
  viewer = await signIn(house.floor, house.edge, "Vic", "viewer")
})
afterAll(() => house.close())
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.disconnect()
})

/** A task at work in a team of its own. */
const atWork = async (name = "Docs") => {
  const team = await newTeam(house, name)
  const lea = await addMember(house, team, "lea")
  const task = await dispatch(house, team, lea, { title: "Count the words" })
  const assignmentId = AssignmentId.make(v7())
  const assigned = { assignmentId, memberId: memberIdOf(lea), run: 1, attempt: 1, epoch: 1 }
  await record(house, team, task, fact("TaskAssigned", assigned), fact("TaskStarted", { assignmentId }))
  return { team, teamId: team.slice("/teams/".length), lea, task, path: `${team}/tasks/${task}`, assignmentId }
}
type AtWork = Awaited<ReturnType<typeof atWork>>
const ask = async ({ team, task, assignmentId }: AtWork, text = "Which branch?") => {
  const questionId = QuestionId.make(v7())
  await record(house, team, task, fact("TaskQuestionAsked", { assignmentId, questionId, text, choices: ["main"] }))
  return `question:${questionId}`
}
const listOf = async (cookie: string, query = "") => {
  const head = await house.floor.log.head()
  const answer = await house.as(cookie).get(`/needs?atLeast=${head}${query}`)
  return answer.json as NeedsPage
}
const idsOf = async (cookie: string, query = "") => (await listOf(cookie, query)).items.map(({ id }) => id)
const mark = (cookie: string, needs: readonly string[], how: object, key?: string) =>
  house.as(cookie).post("/needs/marks", { needs, mark: how }, key === undefined ? {} : { key })

describe("the list of what waits", () => {
  test("holds what is asked in any team, with what is needed to answer it, until it is answered", async () => {
    const work = await atWork("Docs of needs")
    const id = await ask(work)
    const { items } = await listOf(house.owner, `&team=${work.teamId}`)
    expect(items).toMatchObject([
      {
        id,
        kind: "question",
        teamId: work.teamId,
        teamName: "Docs of needs",
        memberHandle: "lea",
        task: { id: work.task, number: 1, title: "Count the words" },
        about: { type: "question", text: "Which branch?", choices: ["main"] },
        mark: null,
      },
    ])
    await house.post(`${work.path}/questions/${id.slice("question:".length)}/answer`, { answer: "main" })
    expect(await idsOf(house.owner)).not.toContain(id)
  })

  test("holds what failed for good until it gets a new run", async () => {
    const work = await atWork()
    const { team, task, assignmentId } = work
    await record(house, team, task, fact("TaskFailed", { assignmentId, reason: "error", message: "disk full" }))
    const { items, counts } = await listOf(house.owner, `&team=${work.teamId}&kind=failed`)
    expect(items).toMatchObject([{ id: `run:${task}:1`, about: { type: "failed", run: 1, message: "disk full" } }])
    expect(counts.failed).toBeGreaterThan(0)
    await house.post(`${work.path}/retry`, {})
    expect(await idsOf(house.owner)).not.toContain(`run:${task}:1`)
  })

  test("is empty for another organisation, and asked for in pages", async () => {
    const work = await atWork()
    await ask(work, "First?")
    await ask(work, "Second?")
    expect(await listOf(await foreigner(house))).toMatchObject({ items: [], total: 0, next: null })
    const first = await listOf(house.owner, `&team=${work.teamId}&limit=1`)
    const second = await listOf(house.owner, `&team=${work.teamId}&limit=1&after=${first.next ?? ""}`)
    expect([...first.items, ...second.items].map(({ about }) => about)).toMatchObject([
      { text: "First?" },
      { text: "Second?" },
    ])
    expect(await house.get("/needs?after=x")).toMatchObject({ status: 422, problem: "validation" })
  })
})

describe("a mark", () => {
  test("takes a thing off one's own list, and comes off again", async () => {
    const id = await ask(await atWork())
    await listOf(house.owner)
    expect(await mark(house.owner, [id], { kind: "done" })).toMatchObject({ status: 200 })
    expect(await idsOf(house.owner)).not.toContain(id)
    expect(await idsOf(viewer)).toContain(id)
    expect(await idsOf(house.owner, "&show=done")).toContain(id)
    await mark(house.owner, [id], { kind: "none" })
    expect(await idsOf(house.owner)).toContain(id)
  })

  test("that snoozes says when it ends", async () => {
    const id = await ask(await atWork())
    await listOf(house.owner)
    await mark(house.owner, [id], { kind: "snoozed", until: "2099-01-01T09:00:00Z" })
    const { items, nextReturnAt, now } = await listOf(house.owner)
    expect(items.map((item) => item.id)).not.toContain(id)
    expect(nextReturnAt).toBe("2099-01-01T09:00:00.000Z")
    expect(Math.abs(Date.parse(now) - Date.now())).toBeLessThan(60_000)
    const [snoozed] = (await listOf(house.owner, "&show=snoozed")).items
    expect(snoozed).toMatchObject({ id, mark: { kind: "snoozed", until: "2099-01-01T09:00:00.000Z" } })
    await mark(house.owner, [id], { kind: "snoozed", until: "2020-01-01T09:00:00Z" })
    expect(await idsOf(house.owner)).toContain(id)
  })

  test("is one command: repeated under its key it changes nothing, and another one under it is refused", async () => {
    const id = await ask(await atWork())
    await listOf(house.owner)
    const { position } = await mark(house.owner, [id], { kind: "done" }, "mark-once")
    expect(await mark(house.owner, [id], { kind: "done" }, "mark-once")).toMatchObject({ position })
    expect(await mark(house.owner, [id], { kind: "none" }, "mark-once")).toMatchObject({
      problem: "idempotency-conflict",
    })
  })

  test("is refused for what does not wait, what is another organisation's, and who only looks on", async () => {
    const id = await ask(await atWork())
    await listOf(house.owner)
    expect(await mark(house.owner, [`question:${v7()}`], { kind: "done" })).toMatchObject({ problem: "not-found" })
    expect(await mark(await foreigner(house), [id], { kind: "done" })).toMatchObject({ problem: "not-found" })
    expect(await mark(viewer, [id], { kind: "done" })).toMatchObject({ status: 403, problem: "forbidden" })
    expect(await mark(house.owner, [], { kind: "done" })).toMatchObject({ problem: "validation" })
  })

  test("does not hold for a new question of the same task", async () => {
    const work = await atWork()
    const id = await ask(work)
    await listOf(house.owner)
    await mark(house.owner, [id], { kind: "done" })
    const next = await ask(work, "And now?")
    expect(await idsOf(house.owner, `&team=${work.teamId}`)).toEqual([next])
  })
})

describe("the live stream of the list", () => {
  const connect = (cookie: string) => {
    const socket: Socket<ServerToClient, ClientToServer> = io(house.edge.url, {
      transports: ["websocket"],
      forceNew: true,
      reconnection: false,
      extraHeaders: { cookie },
    })
    sockets.push(socket)
    return socket
  }
  const subscribe = (socket: (typeof sockets)[number], stream: string) =>
    new Promise<SubscribeReply>((resolve) => socket.emit("sub", { stream, since: null }, resolve))
  const ownFeed = async () => {
    const { json } = await house.get("/session")
    return needsFeed((json as { org: { id: string } }).org.id)
  }

  test("tells of a question in any team, with one room for all of them, and of one's own marks", async () => {
    const work = await atWork()
    await listOf(house.owner)
    const socket = connect(house.owner)
    const stream = await ownFeed()
    const reply = await subscribe(socket, stream)
    if (reply.mode !== "snapshot") throw new Error(reply.mode)
    const got: FeedEvent[] = []
    const hear = (type: string) =>
      new Promise<FeedEvent>((resolve) => {
        socket.on("events", (message) => {
          if (message.stream !== stream) return
          got.push(...message.events)
          const found = message.events.find((event) => event.type === type)
          if (found !== undefined) resolve(found)
        })
      })
    const asked = hear("TaskQuestionAsked")
    const id = await ask(work)
    expect((await asked).seq).toBe(reply.asOf + 1)
    const marked = hear("NeedMarkedDone")
    await listOf(house.owner)
    await mark(house.owner, [id], { kind: "done" })
    expect((await marked).data).toEqual({ needId: id })
    // What goes on in the team and keeps nobody waiting is not told here.
    expect(got.every(({ type }) => type !== "TaskProgressed" && type !== "TaskStarted")).toBe(true)
  })

  test("of another organisation does not exist", async () => {
    const stream = await ownFeed()
    const socket = connect(await foreigner(house))
    expect(await subscribe(socket, stream)).toMatchObject({ mode: "refused", problem: { status: 404 } })
    expect(await subscribe(socket, teamFeed(v7()))).toMatchObject({ mode: "refused", problem: { status: 404 } })
  })
})
