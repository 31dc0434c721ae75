import { bucketSize, coarser } from "#src/feed/activity.ts"
import { ACTIVITY_MAX_BUCKETS, teamFeed, type FeedEvent } from "@muster/contracts"
import { hasSignal, importanceOf, signals } from "@muster/projections"
import { historyOf } from "@muster/projections/testing"
import type { FeedSearchOptions, ReadModels } from "@muster/read-models"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import type { Place } from "./place.ts"
import { feedOf, startSeeded, teamOf } from "./seed.ts"

const history = historyOf(
  Array.from({ length: 900 }, (_, n) => n * 17),
  { teams: 2 },
)
const { teamId, subject } = teamOf(history, "viewer")
const feed = feedOf(history, teamId)
const newest = feed.toReversed()
const LIMIT = 500

let place: Place
let models: ReadModels
beforeAll(async () => {
  ;({ place, models } = await startSeeded(history))
})
afterAll(() => place.stop())

const search = (options: Partial<FeedSearchOptions>) =>
  models.feed.search(subject, teamFeed(teamId), { limit: LIMIT, ...options })

describe("a search of a feed", () => {
  const found = async (options: Partial<FeedSearchOptions>) => (await search(options)).items

  it.each(signals)("finds every %s and nothing else, newest first", async (signal) => {
    const expected = newest.filter((event) => hasSignal(event, signal)).slice(0, LIMIT)
    expect(expected.length).toBeGreaterThan(0)
    expect(await found({ signal })).toEqual(expected)
  })

  it.each(["key", "normal"] as const)("leaves out what says less than %s", async (importance) => {
    const passes = (event: FeedEvent) =>
      importance === "key" ? importanceOf(event.type) === "key" : importanceOf(event.type) !== "detail"
    expect(await found({ importance })).toEqual(newest.filter(passes).slice(0, LIMIT))
  })

  it("goes by types, by who did it, by task and by what it belongs to", async () => {
    const types = ["TaskStarted", "MemberAdded"]
    expect(await found({ types })).toEqual(newest.filter((event) => types.includes(event.type)))
    const [event] = feed.filter(({ stream }) => stream.startsWith("task-"))
    if (event === undefined) throw new Error("the history has no task")
    expect(await found({ actor: event.meta.actor.id })).toEqual(
      newest.filter((each) => each.meta.actor.id === event.meta.actor.id).slice(0, LIMIT),
    )
    const task = event.stream.slice("task-".length)
    expect(await found({ task })).toEqual(newest.filter(({ stream }) => stream === event.stream))
    expect(await found({ correlation: event.meta.correlationId })).toEqual([event])
    expect(await found({ types: ["NoSuchType"] })).toEqual([])
  })

  it("finds words of the data in any case, quotes and other scripts too", async () => {
    const holds = (text: string) => newest.filter((event) => JSON.stringify(event.data).toLowerCase().includes(text))
    expect(holds("chapter 4").length).toBeGreaterThan(0)
    expect(await found({ q: "CHAPTER 4" })).toEqual(holds("chapter 4").slice(0, LIMIT))
    expect(await found({ q: "Æther ✓" })).toEqual(holds("æther ✓"))
    expect(await found({ q: 'say "this"' })).toEqual([])
    expect(await found({ q: "100%_" })).toEqual([])
    expect(await found({ q: "\0" })).toEqual([])
  })

  it("keeps to a time, the beginning included and the end not", async () => {
    const [from, to] = [feed[40]?.at ?? "", feed[90]?.at ?? ""]
    expect(await found({ from, to })).toEqual(feed.slice(40, 90).toReversed())
    expect(await found({ from, to, after: 0 })).toEqual(feed.slice(40, 90))
    expect(await found({ to: "2020-01-01T00:00:00Z" })).toEqual([])
    expect(await found({ from: "2099-01-01T00:00:00Z" })).toEqual([])
    expect((await found({ from: "2020-01-01T00:00:00Z", limit: 3 })).map(({ seq }) => seq)).toEqual([
      feed.length,
      feed.length - 1,
      feed.length - 2,
    ])
  })

  it("stops after so many events, says where, and goes on from there to the end without a hole", async () => {
    for (const isForward of [false, true]) {
      const seen: FeedEvent[] = []
      let steps = 0
      let from = isForward ? 0 : feed.length + 1
      for (;;) {
        const edge = isForward ? { after: from } : { before: from }
        const { items, reached, isEnd, head } = await search({ signal: "failure", within: 37, limit: 2, ...edge })
        seen.push(...items)
        steps += 1
        expect(head).toBe(feed.length)
        expect(isForward ? reached > from : reached < from || isEnd).toBe(true)
        if (isEnd) break
        from = reached
      }
      const order = isForward ? feed : newest
      expect(seen).toEqual(order.filter((event) => hasSignal(event, "failure")))
      expect(steps).toBeGreaterThanOrEqual(feed.length / 37)
    }
  })
})

describe("the activity of a feed", () => {
  const activity = () => models.feed.activity(subject, teamFeed(teamId))

  /** Counted the plain way. */
  const counted = (events: readonly FeedEvent[], size: number) =>
    [...Map.groupBy(events, ({ seq }) => Math.floor((seq - 1) / size)).values()].map((own) => ({
      first: own[0]?.seq,
      last: own.at(-1)?.seq,
      firstAt: own[0]?.at,
      lastAt: own.at(-1)?.at,
      failures: own.filter((event) => hasSignal(event, "failure")).length,
      asks: own.filter((event) => hasSignal(event, "ask")).length,
      human: own.filter((event) => hasSignal(event, "human")).length,
      idleMillis: Math.max(
        0,
        ...own.flatMap((event) => {
          const before = events[event.seq - 2]
          return before === undefined ? [] : [Date.parse(event.at) - Date.parse(before.at)]
        }),
      ),
    }))

  it("is counted over all of it in few stretches, the first time and when it is asked again", async () => {
    const expected = { head: feed.length, items: counted(feed, bucketSize(feed.length)) }
    expect(await activity()).toEqual(expected)
    expect(await activity()).toEqual(expected)
    expect(expected.items.length).toBeLessThanOrEqual(ACTIVITY_MAX_BUCKETS)
  })

  it("counts what is new when the feed has grown, and joins stretches when there are too many", async () => {
    const before = feed.length
    const more = 900
    const at = feed.at(-1)?.at ?? ""
    await place.admin`
      INSERT INTO es.events (position, stream, revision, id, type, schema, data, meta, at)
      SELECT 1000000 + n, 'weather', n, gen_random_uuid(), 'TaskFailed', 1, '{}',
        jsonb_build_object('team', ${teamId}::text, 'actor', jsonb_build_object('kind', 'system')),
        ${at}::text::timestamptz + n * interval '2 seconds'
      FROM generate_series(1, ${more}::int) AS n`
    await place.admin`
      INSERT INTO rm.feed (feed_id, seq, position)
      SELECT ${teamFeed(teamId)}, ${before}::int + n, 1000000 + n FROM generate_series(1, ${more}::int) AS n`
    await place.admin`
      UPDATE rm.feed_head SET seq = ${before + more}, position = ${1_000_000 + more} WHERE feed_id = ${teamFeed(teamId)}`
    const all = await models.feed.range(subject, teamFeed(teamId), { after: 0, limit: 2_000 })
    expect(bucketSize(all.length)).toBeGreaterThan(bucketSize(before))
    expect(await activity()).toEqual({ head: all.length, items: counted(all, bucketSize(all.length)) })
  })

  it("never has more stretches than a page can show", () => {
    for (const head of [1, 399, 400, 401, 50_000, 1_000_000, 2 ** 30])
      expect(Math.ceil(head / bucketSize(head))).toBeLessThanOrEqual(ACTIVITY_MAX_BUCKETS)
  })

  it("says the same in a coarser size as if it had been counted in it", () => {
    expect(coarser(counted(feed, 2) as never, 8)).toEqual(counted(feed, 8))
  })
})
