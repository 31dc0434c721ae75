import { emptyTeamView, foldTeamView } from "@muster/projections"
import { historyOf } from "@muster/projections/testing"
import type { Moment, ReadModels } from "@muster/read-models"
import { DELTA_MAX_EVENTS, teamFeed, type FeedEvent, type TeamView } from "@muster/contracts"
import { isOpen, type Position } from "@muster/domain"
import { zstdCompressSync, zstdDecompressSync } from "node:zlib"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { startPlace, type Place } from "./place.ts"
import { feedOf, seed, stepOf, teamOf } from "./seed.ts"

const history = historyOf(
  Array.from({ length: 700 }, (_, n) => n * 13),
  { teams: 2 },
)
const step = stepOf(history)
const { teamId, subject } = teamOf(history, "viewer")
const tasks = step.tasks.filter((row) => row.team_id === teamId).map((row) => row.doc)
const newestFirst = tasks.toSorted((a, b) => b.number - a.number)
const feed = feedOf(history, teamId)

let place: Place
let models: ReadModels
beforeAll(async () => {
  place = await startPlace()
  const open = place.open()
  const { owner } = await seed(place, open.projection, history)
  await open.projection.snapshots.store(owner, { teamId, head: feed.length, everyEvents: 50 })
  await owner.release()
  models = open.readModels
})
afterAll(() => place.stop())

describe("tasks", () => {
  it("come newest first, page by page, without a hole or an overlap", async () => {
    const pages: number[] = []
    for (let before: number | undefined; ;) {
      const page = await models.tasks.list(subject, teamId, { limit: 7, ...(before === undefined ? {} : { before }) })
      if (page.length === 0) break
      pages.push(...page.map((task) => task.number))
      before = page.at(-1)?.number
    }
    expect(pages).toEqual(newestFirst.map((task) => task.number))
  })

  it("are found by state, by phase and by member", async () => {
    const find = (options: Parameters<ReadModels["tasks"]["list"]>[2]) => models.tasks.list(subject, teamId, options)
    const limit = 500
    expect(await find({ limit, state: "open" })).toEqual(newestFirst.filter((task) => isOpen(task.phase)))
    expect(await find({ limit, state: "closed" })).toEqual(newestFirst.filter((task) => !isOpen(task.phase)))
    for (const phase of new Set(tasks.map((task) => task.phase)))
      expect(await find({ limit, phase })).toEqual(newestFirst.filter((task) => task.phase === phase))
    const memberId = tasks[0]?.memberId ?? ""
    expect(await find({ limit, memberId })).toEqual(newestFirst.filter((task) => task.memberId === memberId))
    expect(await find({ limit, state: "closed", phase: "queued" })).toEqual([])
  })

  it("are found by words of their title in any order and case, and by their number", async () => {
    const find = async (q: string) => (await models.tasks.list(subject, teamId, { limit: 500, q })).map((t) => t.number)
    const titled = (text: string) => newestFirst.filter((task) => task.title.includes(text)).map((task) => task.number)
    const chapter = tasks[3]?.title.split(" ").at(-1) ?? ""
    const withAll = (...words: readonly string[]) =>
      newestFirst.filter((task) => words.every((word) => task.title.toLowerCase().includes(word)))
    expect(await find(`chapter ${chapter} WORDS`)).toEqual(
      withAll("chapter", chapter, "words").map((task) => task.number),
    )
    expect(await find("T-2")).toEqual([...new Set([...titled("t-2"), 2])])
    expect(await find("2")).toContain(2)
    expect(await find("100%")).toEqual([])
    expect(await find("_ount")).toEqual([])
    expect(await find("   ")).toHaveLength(tasks.length)
  })

  it("come with what was asked for in full", async () => {
    const row = step.taskSpecs.find((one) => one.task_id === tasks[0]?.id)
    expect(await models.tasks.get(subject, teamId, tasks[0]?.id ?? "")).toEqual({ task: tasks[0], spec: row?.spec })
  })

  it("are never more than a page can be", async () => {
    expect(await models.tasks.list(subject, teamId, { limit: -1 })).toEqual([])
    expect(await models.tasks.list(subject, teamId, { limit: Number.NaN })).toEqual([])
    expect(await models.tasks.list(subject, teamId, { limit: 1e12 })).toHaveLength(tasks.length)
  })
})

describe("teams, members and chat", () => {
  it("are listed in their order", async () => {
    const all = step.teams.map((row) => row.doc).filter((doc) => doc.id === teamId)
    expect(await models.teams.list(subject)).toEqual(all)
    const isArchived = all[0]?.isArchived === true
    expect(await models.teams.list(subject, { archived: isArchived })).toEqual(all)
    expect(await models.teams.list(subject, { archived: !isArchived })).toEqual([])
    const members = step.members.filter((row) => row.team_id === teamId).map((row) => row.doc)
    expect(await models.members.list(subject, teamId)).toEqual(
      members.toSorted((a, b) => a.createdAt.localeCompare(b.createdAt) || a.id.localeCompare(b.id)),
    )
  })

  it("are paged by position, the newest first", async () => {
    const messages = step.chatMessages
      .filter((row) => row.team_id === teamId)
      .map((row) => row.doc)
      .toReversed()
    const first = await models.chat.list(subject, teamId, { limit: 2 })
    const before = first.at(-1)?.position as Position
    expect([...first, ...(await models.chat.list(subject, teamId, { limit: 500, before }))]).toEqual(messages)
    expect(await models.chat.list(subject, teamId, { limit: 500, before: "18446744073709551615" as Position })).toEqual(
      messages,
    )
  })
})

describe("a feed", () => {
  const range = (options: Parameters<ReadModels["feed"]["range"]>[2]) =>
    models.feed.range(subject, teamFeed(teamId), options)

  it("is read forward from a seq, backward from a seq, and at its end", async () => {
    expect(await range({ limit: 10, after: 20 })).toEqual(feed.slice(20, 30))
    expect(await range({ limit: 10, before: 20 })).toEqual(feed.slice(9, 19))
    expect(await range({ limit: 10 })).toEqual(feed.slice(-10))
    expect(await range({ limit: 500, after: 20, before: 25 })).toEqual(feed.slice(20, 24))
    expect(await range({ limit: 10, after: feed.length })).toEqual([])
    expect(await range({ limit: 10, after: Number.MAX_SAFE_INTEGER })).toEqual([])
  })

  it("is filtered by type and by task", async () => {
    const task = tasks[2]?.id ?? ""
    expect(await range({ limit: 500, task })).toEqual(feed.filter((event) => event.stream === `task-${task}`))
    expect(await range({ limit: 500, type: "TaskAssigned" })).toEqual(
      feed.filter((event) => event.type === "TaskAssigned").slice(-500),
    )
  })

  it("gives as many events at once as a viewer may lag behind", async () => {
    await place.admin`
      INSERT INTO es.events (position, stream, revision, id, type, schema, data, meta, at)
      SELECT 1000000 + n, 'weather', n, gen_random_uuid(), 'WeatherChanged', 1, '{}',
        jsonb_build_object('team', ${teamId}::text), now()
      FROM generate_series(10001, 12500) AS n`
    await place.admin`
      INSERT INTO rm.feed (feed_id, seq, position)
      SELECT ${teamFeed(teamId)}, n, 1000000 + n FROM generate_series(10001, 12500) AS n`
    const events = await range({ after: 10_000, limit: 1e9 })
    await place.admin`DELETE FROM rm.feed WHERE seq > 10000`
    expect(events).toHaveLength(DELTA_MAX_EVENTS)
    expect(events[0]?.seq).toBe(10_001)
  })

  it("tells where it stands", async () => {
    expect(await models.feed.head(teamFeed(teamId))).toEqual({ seq: feed.length, position: feed.at(-1)?.position })
    expect(await models.feed.head("team:nobody")).toEqual({ seq: 0, position: "0" })
  })
})

describe("a piece of a team's history", () => {
  const PIECE_EVENTS = 50
  const pieceAt = async (at: Moment, pieceEvents = PIECE_EVENTS) => {
    const piece = await models.tape(subject, teamId, { at, pieceEvents })
    if (piece === undefined) throw new Error("the team is not seen")
    return { ...piece, base: JSON.parse(piece.base) as TeamView, events: JSON.parse(piece.events) as FeedEvent[] }
  }
  const foldTo = (seq: number) => foldTeamView(emptyTeamView(), feed.slice(0, seq))
  const stored = async () => (await place.admin`SELECT seq FROM rm.snapshot`).map((row) => Number(row["seq"]))

  it("is the fold up to its beginning, and the events from there, whether a snapshot is stored there or before it", async () => {
    expect(await stored()).toContain(2 * PIECE_EVENTS)
    for (const pieceEvents of [PIECE_EVENTS, 30, 7])
      for (const seq of [1, pieceEvents, pieceEvents + 1, 2 * PIECE_EVENTS, 2 * PIECE_EVENTS + 1, feed.length]) {
        const after = Math.floor((seq - 1) / pieceEvents) * pieceEvents
        const piece = await pieceAt({ seq }, pieceEvents)
        expect(piece.base).toEqual(foldTo(after))
        expect(piece.events).toEqual(feed.slice(after, after + pieceEvents))
        expect([piece.seq, piece.head]).toEqual([seq, { seq: feed.length, position: feed.at(-1)?.position }])
      }
  })

  it("hands a snapshot on as it is stored", async () => {
    const [row] = await place.admin<{ state: Buffer }[]>`SELECT state FROM rm.snapshot WHERE seq = ${PIECE_EVENTS}`
    const piece = await models.tape(subject, teamId, { at: { seq: PIECE_EVENTS + 1 }, pieceEvents: PIECE_EVENTS })
    expect(piece?.base).toBe(zstdDecompressSync(row?.state ?? "").toString())
  })

  it("is found by a position and at the head", async () => {
    const event = feed[60] as FeedEvent
    expect(await pieceAt({ position: event.position })).toEqual(await pieceAt({ seq: event.seq }))
    expect(await pieceAt("head")).toEqual(await pieceAt({ seq: feed.length }))
    expect(await pieceAt({ position: "0" as Position })).toMatchObject({ seq: 0, base: emptyTeamView() })
  })

  it("beyond the head has no events, and the team as it is", async () => {
    const piece = await pieceAt({ seq: feed.length + 2 * PIECE_EVENTS })
    expect([piece.base, piece.events]).toEqual([foldTo(feed.length), []])
  })

  it("is the fold from the beginning where no snapshot can be trusted", async () => {
    const before = await place.admin`SELECT seq, feed_version FROM rm.snapshot`
    await place.admin`UPDATE rm.snapshot SET feed_version = 998`
    try {
      expect((await pieceAt({ seq: 2 * PIECE_EVENTS + 1 })).base).toEqual(foldTo(2 * PIECE_EVENTS))
    } finally {
      await place.admin`UPDATE rm.snapshot SET feed_version = ${Number(before[0]?.["feed_version"])}`
    }
  })
})

describe("a team at a moment", () => {
  it("is the fold of its feed up to there, whichever snapshot lies nearest", async () => {
    for (const seq of [0, 1, 49, 50, 51, 100, 149, feed.length]) {
      const at = await models.teamViewAt(subject, teamId, { seq })
      expect(at?.state).toEqual(foldTeamView(emptyTeamView(), feed.slice(0, seq)))
      expect(at?.head.seq).toBe(feed.length)
    }
  })

  it("is that after the last event at or before a position", async () => {
    const event = feed[60] as FeedEvent
    const between = String(Number(event.position) + 1) as Position
    const expected = feed.filter((one) => Number(one.position) <= Number(between))
    const at = await models.teamViewAt(subject, teamId, { position: between })
    expect(at?.state).toEqual(foldTeamView(emptyTeamView(), expected))
    const first = await models.teamViewAt(subject, teamId, { position: "0" as Position })
    expect(first?.state).toEqual(emptyTeamView())
  })

  it("beyond its head is its head", async () => {
    const head = await models.teamViewAt(subject, teamId, "head")
    expect(await models.teamViewAt(subject, teamId, { seq: 1e15 })).toEqual(head)
    expect(await models.teamViewAt(subject, teamId, { position: "18446744073709551615" as Position })).toEqual(head)
  })

  it("does not trust a snapshot that other reducers made", async () => {
    const head = await models.teamViewAt(subject, teamId, "head")
    await place.admin`UPDATE rm.snapshot SET feed_version = 999, state = ${zstdCompressSync(JSON.stringify({ ...emptyTeamView(), seq: 50 }))}`
    expect(await models.teamViewAt(subject, teamId, "head")).toEqual(head)
  })
})

describe("for services", () => {
  it("all organisations are there", async () => {
    const open = step.tasks.filter((row) => row.is_open)
    const system = await models.system.openTasks()
    expect(new Set(system.map((task) => task.taskId))).toEqual(new Set(open.map((row) => row.task_id)))
    expect(await models.system.teams()).toHaveLength(2)
    const members = await models.system.members()
    const present = step.members.filter((row) => !row.is_removed)
    expect(new Map(members.map(({ id, orgId }) => [id, orgId]))).toEqual(
      new Map(present.map((row) => [row.member_id, row.org_id])),
    )
  })

  it("local members are those this machine has to run", async () => {
    await place.admin`UPDATE rm.team SET is_archived = team_id <> ${teamId}`
    const expected = step.members.filter(
      (row) => row.placement === "local" && !row.is_removed && row.team_id === teamId,
    )
    expect(expected.length).toBeGreaterThan(0)
    expect(new Set((await models.system.localMembers()).map((member) => member.id))).toEqual(
      new Set(expected.map((row) => row.member_id)),
    )
  })
})
