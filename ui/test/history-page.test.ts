import { HISTORY_QUERY_MAX_CHARS as QUERY_MAX_CHARS, PAGE_MAX } from "@muster/contracts"
import type { FeedEvent, HistoryQuery } from "@muster/contracts"
import { hasSignal, importanceOf } from "@muster/projections"
import { describe, expect, it } from "vitest"
import { createEventLog } from "#src/pages/team/history/event-log.ts"
import { instantOf, isFiltered, localOf, queryOf } from "#src/pages/team/history/filters.ts"
import { createGroups, groupKeyOf } from "#src/pages/team/history/groups.ts"
import { decodeViews, filtersOf, withView, withoutView } from "#src/pages/team/history/saved-views.ts"
import { standFrom, windowOf } from "#src/team/history/window.ts"
import type { Stand, StandBox } from "#src/team/history/window.ts"
import { HISTORY_PAGE, HISTORY_QUERY_MAX_CHARS, HISTORY_VIEWS_MAX } from "#src/limits.ts"
import { nearEvents } from "#src/team/history/related-events.ts"
import { relationsOf } from "#src/team/history/relations.ts"
import { meets } from "#src/team/history/query.ts"
import { feedOf } from "./support/history.ts"

const events = feedOf(1_500)
const range = (from: number, to: number) => events.slice(from - 1, to)

describe("the events that the page holds", () => {
  const seqs = (log: ReturnType<typeof createEventLog>) =>
    Array.from({ length: log.size() }, (_, place) => log.at(place)?.seq)

  it("stand newest first, each once, whatever order they come in", () => {
    const log = createEventLog()
    expect(log.addOlder(range(11, 14).toReversed())).toBe(4)
    expect(log.addOlder(range(9, 12))).toBe(2)
    expect(log.addNewer(range(13, 16))).toBe(2)
    expect(seqs(log)).toEqual([16, 15, 14, 13, 12, 11, 10, 9])
    expect([log.newest()?.seq, log.oldest()?.seq]).toEqual([16, 9])
  })

  it("are found by their number, also where others were left out between them", () => {
    const log = createEventLog()
    log.addOlder(events.filter((event) => event.seq % 3 === 0))
    for (let place = 0; place < log.size(); place += 1) expect(log.placeOf(log.at(place)?.seq ?? 0)).toBe(place)
    expect(log.placeOf(4)).toBe(-1)
  })

  it("are never more than the limit: the oldest go", () => {
    const log = createEventLog(10)
    log.addNewer(range(1, 14))
    expect(log.trim()).toBe(4)
    expect([log.size(), log.oldest()?.seq]).toEqual([10, 5])
    expect(log.trim()).toBe(0)
  })
})

describe("the window of a list", () => {
  const box = { rowPixels: 36, count: 100_000, overscan: 8, height: 720 }

  it("draws what is in sight and a little more, however long the list is", () => {
    expect(windowOf({ ...box, top: 0 })).toEqual({ from: 0, to: 28 })
    expect(windowOf({ ...box, top: 36_000 })).toEqual({ from: 992, to: 1_028 })
    expect(windowOf({ ...box, top: 3_600_000 - 720 })).toEqual({ from: 99_972, to: 100_000 })
  })

  it("is empty for nothing, and never reaches beyond the rows", () => {
    expect(windowOf({ ...box, count: 0, top: 500 })).toEqual({ from: 0, to: 0 })
    expect(windowOf({ ...box, count: 3, top: 9_000 })).toEqual({ from: 3, to: 3 })
  })
})

describe("where a list stands", () => {
  const scrolled = { top: 3_600, addedAbove: 0 }
  const box: StandBox = { scrolled, addedAbove: 0, wish: undefined, height: 720, rowPixels: 36, count: 1_000 }
  const stand = (...boxes: ReadonlyArray<Partial<StandBox>>) =>
    boxes.reduce<Stand | undefined>((before, own) => standFrom(before, { ...box, ...own }), undefined)

  it("is where the reader has scrolled, moved along with rows that come in above", () => {
    expect(stand({})).toMatchObject({ top: 3_600, scrollTo: undefined })
    expect(stand({}, { addedAbove: 3 })).toMatchObject({ top: 3_708, scrollTo: 3_708 })
    expect(stand({}, { addedAbove: 3 }, { addedAbove: 5 })).toMatchObject({ top: 3_780, scrollTo: 3_780 })
    expect(stand({}, { addedAbove: 3 }, { addedAbove: 3 })).toMatchObject({ top: 3_708, scrollTo: undefined })
  })

  it("stays at the top for who reads there", () => {
    expect(
      stand({ scrolled: { top: 10, addedAbove: 0 } }, { scrolled: { top: 10, addedAbove: 0 }, addedAbove: 4 }),
    ).toMatchObject({
      top: 10,
    })
  })

  it("does not move for a row that is in sight", () => {
    for (const place of [100, 110, 119])
      expect(stand({}, { wish: { place } })).toMatchObject({ top: 3_600, scrollTo: undefined })
  })

  it("goes to a row that is not, with a third of what is in sight before it, and never beyond the rows", () => {
    for (const place of [99, 120]) expect(stand({}, { wish: { place } })?.scrollTo).toBe(place * 36 - 240)
    expect(stand({}, { wish: { place: 1 } })?.scrollTo).toBe(0)
    expect(stand({}, { wish: { place: 999 } })?.scrollTo).toBe(36_000 - 720)
    expect(stand({}, { wish: { place: 10 }, count: 12 })?.scrollTo).toBe(0)
  })

  it("looks at a wish once: who scrolls on is not brought back, but by another one for the same row", () => {
    const wish = { place: 500 }
    const away = { top: 0, addedAbove: 0 }
    expect(stand({ wish }, { wish, scrolled: away })).toMatchObject({ top: 0, scrollTo: undefined })
    expect(stand({ wish }, { wish: { ...wish }, scrolled: away })?.scrollTo).toBe(500 * 36 - 240)
  })

  it("keeps a wish until it has a height", () => {
    const wish = { place: 500 }
    expect(stand({ wish, height: 0 })).toMatchObject({ top: 3_600, scrollTo: undefined })
    expect(stand({ wish, height: 0 }, { wish })?.scrollTo).toBe(500 * 36 - 240)
  })
})

describe("the compact view", () => {
  const logOf = (...batches: ReadonlyArray<ReadonlyArray<FeedEvent>>) => {
    const log = createEventLog()
    for (const batch of batches) log.addNewer(batch)
    return log
  }
  const keys = (log: ReturnType<typeof createEventLog>) =>
    createGroups(log)
      .rows(new Set())
      .map((row) => (row.kind === "group" ? row.key : groupKeyOf(row.event)))

  it("has each thing once, the one something happened to last first", () => {
    const expected = [...new Set(events.toReversed().map(groupKeyOf))]
    expect(keys(logOf(events))).toEqual(expected)
  })

  it("is the same whether events came one by one, all at once, or from behind", () => {
    const log = createEventLog()
    const groups = createGroups(log)
    for (const event of range(40, 90)) {
      log.addNewer([event])
      groups.rows(new Set())
    }
    log.addOlder(range(1, 39))
    const fresh = createGroups(logOf(range(1, 90)))
    const plain = (rows: ReturnType<typeof groups.rows>) => rows.map((row) => JSON.stringify(row))
    const open = new Set([groupKeyOf(range(60, 60)[0] as FeedEvent)])
    expect(plain(groups.rows(open))).toEqual(plain(fresh.rows(open)))
  })

  it("shows the events of an opened thing below it, newest first, and keeps the rows that did not change", () => {
    const groups = createGroups(logOf(events))
    const [first] = groups.rows(new Set()).filter((row) => row.kind === "group")
    if (first?.kind !== "group") throw new Error("nothing is grouped")
    const rows = groups.rows(new Set([first.key]))
    const at = rows.findIndex((row) => row.key === first.key)
    const own = rows.slice(at + 1, at + 1 + first.group.events.length)
    expect(own.map((row) => row.kind === "event" && row.event)).toEqual(first.group.events.toReversed())
    expect(groups.rows(new Set([first.key]))[at]).toBe(rows[at])
  })
})

describe("the conditions in the address", () => {
  it("have the bounds of the server", () => {
    expect([HISTORY_QUERY_MAX_CHARS, HISTORY_PAGE]).toEqual([QUERY_MAX_CHARS, PAGE_MAX])
  })

  it("are read back as they were set, and leave out what the server would refuse", () => {
    const of = "00000000-0000-7000-8000-000000000001"
    expect(queryOf({ q: "stone", type: "TaskFailed", level: "key", signal: "human", by: "dispatcher", of })).toEqual({
      q: "stone",
      types: "TaskFailed",
      importance: "key",
      signal: "human",
      actor: "dispatcher",
      task: of,
    })
    expect(queryOf({ type: "a b", level: "loud", signal: "", of: "7", from: "soon", q: "x".repeat(201) })).toEqual({})
    expect(isFiltered(queryOf({ view: "json" }))).toBe(false)
  })

  it("keep an instant over the field of local time, to the minute", () => {
    const instant = "2026-03-01T12:34:00.000Z"
    expect(instantOf(localOf(instant))).toBe(instant)
    expect(queryOf({ from: instant }).from).toBe(instant)
    expect([localOf(undefined), instantOf("")]).toEqual(["", undefined])
  })
})

describe("a condition", () => {
  const passing = (query: HistoryQuery) => events.filter((event) => meets(event, query))

  it("lets through what the server lets through", () => {
    expect(passing({ signal: "failure" })).toEqual(events.filter((event) => hasSignal(event, "failure")))
    expect(passing({ importance: "normal" })).toEqual(events.filter((event) => importanceOf(event.type) !== "detail"))
    const spoken = { ...(events[0] as FeedEvent), data: { text: 'Say "Æther ✓"' } }
    expect([meets(spoken, { q: 'say "æTHER' }), meets(spoken, { q: "text" }), meets(spoken, { q: "Ether" })]).toEqual([
      true,
      true,
      false,
    ])
    expect(passing({ from: events[9]?.at ?? "", to: events[12]?.at ?? "" })).toEqual(range(10, 12))
    expect(passing({ types: "TeamCreated,MemberAdded" }).map(({ type }) => type)).toContain("MemberAdded")
  })
})

describe("saved views", () => {
  const view = (name: string, q = name) => ({ name, view: "all", filters: { q } })

  it("replace the one of the same name, and are no more than the limit", () => {
    expect(withView([view("a"), view("b")], view("a", "new"))).toEqual([view("b"), view("a", "new")])
    const many = Array.from({ length: HISTORY_VIEWS_MAX }, (_, n) => view(String(n)))
    expect(withView(many, view("one more"))).toHaveLength(HISTORY_VIEWS_MAX)
    expect(withoutView([view("a"), view("b")], "a")).toEqual([view("b")])
  })

  it("are read from what was stored; what is none is passed over", () => {
    expect(decodeViews([view("a"), 7, { name: "x" }, { ...view("b"), filters: { q: "b", evil: "1", of: 3 } }])).toEqual(
      [view("a"), view("b")],
    )
    expect(decodeViews("a")).toBeUndefined()
    expect(filtersOf({ q: "a", pos: "3", view: "json", level: undefined })).toEqual({ q: "a" })
  })
})

describe("cause and effects", () => {
  const [template] = events
  const event = (seq: number, more: object, meta: object = {}): FeedEvent => ({
    ...(template as FeedEvent),
    seq,
    id: `id-${seq}`,
    stream: `task-${seq}`,
    revision: 1,
    meta: { ...(template as FeedEvent).meta, commandId: `command-${seq}`, ...meta },
    ...more,
  })

  it("follow what the log names, then what was dispatched, the command, and the thing itself", () => {
    const one = event(10, { type: "TaskChildDispatched", stream: "task-a", revision: 4, data: { childTaskId: "b" } })
    const others = [
      event(8, { stream: "task-a", revision: 2 }),
      event(9, { stream: "task-a", revision: 3 }),
      event(11, { stream: "task-a", revision: 5 }),
      event(12, { stream: "task-b", revision: 1 }),
      event(13, {}, { causationId: "id-10" }),
      event(14, {}, { commandId: "command-10" }),
      event(15, {}),
    ]
    const { causes, effects } = relationsOf(one, [...others, one, ...others])
    expect(causes.map((each) => [each.event.seq, each.bond])).toEqual([[9, "stream"]])
    expect(effects.map((each) => [each.event.seq, each.bond])).toEqual([
      [11, "stream"],
      [12, "child"],
      [13, "caused"],
      [14, "command"],
    ])
  })

  it("are looked for near the event alone, in both directions", async () => {
    const asked: Array<readonly [number, 1 | -1, HistoryQuery]> = []
    const one = event(10, { stream: "task-a" }, { correlationId: "c" })
    const found = await nearEvents(one, (from, direction, query, { within }) => {
      expect(within).toBeLessThanOrEqual(2_000)
      asked.push([from, direction, query])
      return Promise.resolve([event(from + direction, {})])
    })
    expect(asked).toEqual([
      [10, -1, { correlation: "c" }],
      [10, 1, { correlation: "c" }],
      [10, -1, { task: "a" }],
      [10, 1, { task: "a" }],
    ])
    expect(found.map(({ seq }) => seq)).toEqual([9, 11, 9, 11])
  })
})
