import { FEED_VERSION, type FeedEvent, SILENCE_MILLIS, type TeamView } from "@muster/contracts"
import { emptyTeamView, foldTeamView } from "@muster/projections"
import { describe, expect, test } from "vitest"
import { GAP_RESNAPSHOT_MILLIS, RECONNECT_MAX_MILLIS, SUBSCRIBE_TIMEOUT_MILLIS } from "#src/limits.ts"
import { step } from "#src/stream/core.ts"
import { type Action, initialState, type Input, statusOf } from "#src/stream/core-state.ts"
import { deltaOf, eventAt, eventsBetween, here, snapshotAt, viewAt } from "./feed.ts"

type Told = Input extends infer I ? (I extends Input ? Omit<I, "atMillis"> : never) : never

/** A stream with a clock of its own, and what a page would show. */
const stream = () => {
  let state = initialState(0)
  let now = 0
  let view: TeamView = emptyTeamView()
  let applied: FeedEvent[] = []
  const tell = (told: Told): readonly Action[] => {
    const next = step(state, { ...told, atMillis: now })
    state = next.state
    for (const action of next.actions) {
      if (action.kind === "reset") view = action.view
      if (action.kind === "apply") {
        applied = [...applied, ...action.events]
        view = foldTeamView(view, action.events)
      }
    }
    return next.actions
  }
  const attempt = () => state.attempt
  return {
    tell,
    attempt,
    wait: (millis: number) => {
      now += millis
      return tell({ kind: "tick" })
    },
    /** Time goes by, but timers do not run: the machine sleeps. */
    pass: (millis: number) => void (now += millis),
    /** Connected and subscribed with a snapshot of so many events. */
    live: (upTo: number) => {
      tell({ kind: "start" })
      tell({ kind: "opened" })
      return tell({ kind: "subscribed", attempt: attempt(), reply: snapshotAt(upTo), random: 0 })
    },
    drop: () => tell({ kind: "closed", isUnauthenticated: false, random: 0 }),
    waiting: () => [...state.buffer.keys()],
    view: () => view,
    applied: () => applied.map((event) => event.seq),
    cursor: () => state.cursor,
    status: () => statusOf(state),
  }
}
const kinds = (actions: readonly Action[]) => actions.map((action) => action.kind)

describe("events", () => {
  test("that were applied are dropped, the next one is applied, a later one waits and is asked for", () => {
    const s = stream()
    s.live(3)
    expect(s.tell({ kind: "events", events: eventsBetween(1, 3) })).toEqual([])
    expect(s.waiting()).toEqual([])
    expect(s.tell({ kind: "events", events: [eventAt(4)] })).toEqual([{ kind: "apply", events: [eventAt(4)] }])
    expect(s.tell({ kind: "events", events: [eventAt(6)] })).toEqual([
      { kind: "range", attempt: s.attempt(), after: 4, limit: 500 },
    ])
    expect(s.status()).toEqual({ kind: "catching-up", behind: 2 })
    expect(s.tell({ kind: "events", events: [eventAt(7)] })).toEqual([])
    const reply = { mode: "range", head: 7, events: [eventAt(5)] } as const
    expect(s.tell({ kind: "ranged", attempt: s.attempt(), reply })).toEqual([
      { kind: "apply", events: eventsBetween(4, 7) },
    ])
    expect(s.view()).toEqual(viewAt(7))
    expect(s.status()).toEqual({ kind: "live" })
    expect(s.waiting()).toEqual([])
  })

  test("that arrive while the first snapshot is loading are applied after it", () => {
    const s = stream()
    s.tell({ kind: "start" })
    s.tell({ kind: "opened" })
    expect(s.tell({ kind: "events", events: eventsBetween(3, 6) })).toEqual([])
    const actions = s.tell({ kind: "subscribed", attempt: s.attempt(), reply: snapshotAt(4), random: 0 })
    expect(kinds(actions)).toEqual(["reset", "apply"])
    expect(s.applied()).toEqual([5, 6])
    expect(s.view()).toEqual(viewAt(6))
  })

  test("of a type nobody knows move the cursor like any other", () => {
    const s = stream()
    s.live(6)
    s.tell({ kind: "events", events: [eventAt(7)] })
    expect(s.cursor()?.seq).toBe(7)
    expect(s.view()).toEqual(viewAt(7))
  })

  test("that a heartbeat tells of are asked for", () => {
    const s = stream()
    s.live(3)
    expect(s.tell({ kind: "head", head: 3 })).toEqual([])
    expect(kinds(s.tell({ kind: "head", head: 5 }))).toEqual(["range"])
  })
})

describe("a gap", () => {
  test("that a range does not close in time is closed by a snapshot", () => {
    const s = stream()
    s.live(3)
    s.tell({ kind: "events", events: [eventAt(6)] })
    expect(s.wait(GAP_RESNAPSHOT_MILLIS - 1)).toEqual([])
    expect(s.wait(1)).toEqual([{ kind: "subscribe", attempt: s.attempt(), since: null }])
    s.tell({ kind: "subscribed", attempt: s.attempt(), reply: snapshotAt(5, 6), random: 0 })
    expect(s.view()).toEqual(viewAt(6))
    expect(s.status()).toEqual({ kind: "live" })
  })

  test("whose events the server does not have is closed by a snapshot at once", () => {
    const s = stream()
    s.live(3)
    s.tell({ kind: "events", events: [eventAt(6)] })
    const reply = { mode: "range", head: 6, events: [eventAt(6)] } as const
    expect(kinds(s.tell({ kind: "ranged", attempt: s.attempt(), reply }))).toEqual(["subscribe"])
  })

  test("that a server whose reads lag cannot close is asked about once in a while, not without end", () => {
    const s = stream()
    s.live(5)
    const nothing = { mode: "range", head: 7, events: [] } as const
    const stale = () => s.tell({ kind: "subscribed", attempt: s.attempt(), reply: snapshotAt(4, 7), random: 0 })
    expect(kinds(s.tell({ kind: "events", events: [eventAt(7)] }))).toEqual(["range"])
    expect(kinds(s.tell({ kind: "ranged", attempt: s.attempt(), reply: nothing }))).toEqual(["subscribe"])
    expect(kinds(stale())).toEqual(["range"])
    expect(s.tell({ kind: "ranged", attempt: s.attempt(), reply: nothing })).toEqual([])
    expect(s.status()).toEqual({ kind: "catching-up", behind: 2 })
    expect(kinds(s.wait(GAP_RESNAPSHOT_MILLIS))).toEqual(["subscribe"])
    s.tell({ kind: "subscribed", attempt: s.attempt(), reply: snapshotAt(7), random: 0 })
    expect(s.view()).toEqual(viewAt(7))
  })

  test("longer than one range is closed by several", () => {
    const s = stream()
    s.live(0)
    s.tell({ kind: "head", head: 900 })
    const first = { mode: "range", head: 900, events: eventsBetween(0, 500) } as const
    const actions = s.tell({ kind: "ranged", attempt: s.attempt(), reply: first })
    expect(actions.at(-1)).toEqual({ kind: "range", attempt: s.attempt(), after: 500, limit: 500 })
    const second = { mode: "range", head: 900, events: eventsBetween(500, 900) } as const
    s.tell({ kind: "ranged", attempt: s.attempt(), reply: second })
    expect(s.view()).toEqual(viewAt(900))
  })
})

describe("a snapshot", () => {
  test("older than what is here is thrown away", () => {
    const s = stream()
    s.live(5)
    s.tell({ kind: "events", events: [eventAt(7)] })
    s.wait(GAP_RESNAPSHOT_MILLIS)
    const actions = s.tell({ kind: "subscribed", attempt: s.attempt(), reply: snapshotAt(4, 7), random: 0 })
    expect(kinds(actions)).not.toContain("reset")
    expect(s.view()).toEqual(viewAt(5))
    expect(kinds(actions)).toEqual(["range"])
  })

  test("of an earlier subscription is passed over", () => {
    const s = stream()
    s.live(5)
    const early = s.attempt()
    s.drop()
    s.wait(RECONNECT_MAX_MILLIS)
    s.tell({ kind: "opened" })
    expect(s.tell({ kind: "subscribed", attempt: early, reply: snapshotAt(9), random: 0 })).toEqual([])
    expect(s.view()).toEqual(viewAt(5))
  })

  test("of another log replaces everything, whatever its number", () => {
    const s = stream()
    s.live(9)
    s.drop()
    s.wait(RECONNECT_MAX_MILLIS)
    s.tell({ kind: "opened" })
    s.tell({ kind: "subscribed", attempt: s.attempt(), reply: snapshotAt(2, 2, "g2", "b"), random: 0 })
    expect(s.view()).toEqual(viewAt(2, "b"))
    expect(s.cursor()).toEqual({ ...here("g2"), seq: 2 })
    expect(s.status()).toEqual({ kind: "live" })
  })
})

describe("what was shown last time", () => {
  const remembered = (upTo: number, generation = "g1", log = "a") =>
    ({ kind: "remembered", cursor: { ...here(generation), seq: upTo }, view: viewAt(upTo, log) }) as const

  test("is there at once, and only what came since is asked for", () => {
    const s = stream()
    s.tell({ kind: "start" })
    expect(kinds(s.tell(remembered(5)))).toEqual(["reset"])
    expect(s.view()).toEqual(viewAt(5))
    expect(s.status()).toEqual({ kind: "catching-up", behind: undefined })
    expect(s.tell({ kind: "opened" })).toEqual([
      { kind: "subscribe", attempt: s.attempt(), since: { ...here(), seq: 5 } },
    ])
    s.tell({ kind: "subscribed", attempt: s.attempt(), reply: deltaOf(5, 9), random: 0 })
    expect(s.view()).toEqual(viewAt(9))
    expect(s.applied()).toEqual([6, 7, 8, 9])
  })

  test("is not needed any more when something newer is there", () => {
    const s = stream()
    s.live(7)
    expect(s.tell(remembered(5))).toEqual([])
    expect(s.view()).toEqual(viewAt(7))
  })

  test("stands until the answer that was asked for before it came replaces it", () => {
    const s = stream()
    s.tell({ kind: "start" })
    s.tell({ kind: "opened" })
    s.tell(remembered(5))
    expect(s.view()).toEqual(viewAt(5))
    s.tell({ kind: "subscribed", attempt: s.attempt(), reply: snapshotAt(8), random: 0 })
    expect(s.view()).toEqual(viewAt(8))
  })

  test("of another log, or of reducers that have changed, never mixes with what is now", () => {
    const s = stream()
    s.tell({ kind: "start" })
    s.tell(remembered(9, "g0", "b"))
    s.tell({ kind: "opened" })
    s.tell({ kind: "subscribed", attempt: s.attempt(), reply: snapshotAt(2), random: 0 })
    expect(s.view()).toEqual(viewAt(2))
    const other = stream()
    other.tell({ kind: "start" })
    const old = remembered(5)
    expect(other.tell({ ...old, cursor: { ...old.cursor, feedVersion: FEED_VERSION - 1 } })).toEqual([])
  })
})

describe("a stream that has never been up", () => {
  test("catches up at first, and says that it is cut off once an attempt has failed", () => {
    const s = stream()
    s.tell({ kind: "start" })
    expect(s.status()).toEqual({ kind: "catching-up", behind: undefined })
    s.drop()
    expect(s.status()).toMatchObject({ kind: "reconnecting", sinceMillis: 0 })
    s.wait(RECONNECT_MAX_MILLIS)
    expect(s.status()).toMatchObject({ kind: "reconnecting", sinceMillis: 0, retryAtMillis: undefined })
    s.tell({ kind: "opened" })
    expect(s.status()).toEqual({ kind: "catching-up", behind: undefined })
  })
})

describe("a connection", () => {
  test("that comes back asks from the last applied event on, never from anything else", () => {
    const s = stream()
    s.live(3)
    s.tell({ kind: "events", events: [eventAt(4), eventAt(9)] })
    s.drop()
    expect(s.status()).toMatchObject({ kind: "reconnecting" })
    expect(kinds(s.wait(RECONNECT_MAX_MILLIS))).toEqual(["connect"])
    expect(s.tell({ kind: "opened" })).toEqual([
      { kind: "subscribe", attempt: s.attempt(), since: { ...here(), seq: 4 } },
    ])
    s.tell({ kind: "subscribed", attempt: s.attempt(), reply: deltaOf(4, 9), random: 0 })
    expect(s.view()).toEqual(viewAt(9))
    expect(s.applied()).toEqual([4, 5, 6, 7, 8, 9])
  })

  test("that is silent for too long is closed and made anew", () => {
    const s = stream()
    s.live(3)
    s.wait(SILENCE_MILLIS - 1)
    s.tell({ kind: "head", head: 3 })
    expect(s.wait(SILENCE_MILLIS - 1)).toEqual([])
    expect(kinds(s.wait(1))).toEqual(["disconnect", "connect"])
  })

  test("that was silent while the page slept is made anew as soon as the page is seen", () => {
    const s = stream()
    s.live(3)
    s.pass(SILENCE_MILLIS - 1)
    expect(s.tell({ kind: "check" })).toEqual([])
    s.pass(1)
    expect(kinds(s.tell({ kind: "check" }))).toEqual(["disconnect", "connect"])
  })

  test("that waits to be tried again is tried at once when the page is seen or the network is back", () => {
    const s = stream()
    s.live(3)
    s.drop()
    expect(kinds(s.tell({ kind: "check" }))).toEqual(["connect"])
    s.drop()
    s.tell({ kind: "network", isOnline: false })
    expect(s.status()).toMatchObject({ kind: "offline" })
    expect(s.wait(RECONNECT_MAX_MILLIS * 2)).toEqual([])
    expect(kinds(s.tell({ kind: "network", isOnline: true }))).toEqual(["connect"])
  })

  test("whose subscription is not answered is made anew", () => {
    const s = stream()
    s.tell({ kind: "start" })
    s.tell({ kind: "opened" })
    s.tell({ kind: "head", head: 1 })
    expect(kinds(s.wait(SUBSCRIBE_TIMEOUT_MILLIS))).toEqual(["disconnect", "connect"])
  })

  test("is tried again ever more slowly, up to a limit", () => {
    const s = stream()
    s.live(1)
    const waits: number[] = []
    for (let i = 0; i < 8; i++) {
      s.drop()
      const status = s.status()
      let waited = 0
      while (kinds(s.wait(25)).length === 0) waited += 25
      expect(status.kind).toBe("reconnecting")
      waits.push(waited)
    }
    expect(waits).toEqual(waits.toSorted((a, b) => a - b))
    expect(waits.at(-1)).toBeLessThanOrEqual(RECONNECT_MAX_MILLIS)
    expect(waits[0]).toBeLessThan(250)
  })
})

describe("the end", () => {
  test("of a session stops the stream until somebody signs in again", () => {
    const s = stream()
    s.live(3)
    expect(kinds(s.tell({ kind: "bye", reason: "session-ended" }))).toEqual(["disconnect"])
    expect(s.status()).toEqual({ kind: "session-ended" })
    expect(s.wait(60_000)).toEqual([])
    expect(kinds(s.tell({ kind: "start" }))).toEqual(["connect"])
    expect(s.tell({ kind: "opened" })).toEqual([
      { kind: "subscribe", attempt: s.attempt(), since: { ...here(), seq: 3 } },
    ])
  })

  test("comes when the server does not know the session at connecting", () => {
    const s = stream()
    s.tell({ kind: "start" })
    s.tell({ kind: "closed", isUnauthenticated: true, random: 0 })
    expect(s.status()).toEqual({ kind: "session-ended" })
  })

  test("comes when the server speaks another version", () => {
    const s = stream()
    s.tell({ kind: "start" })
    s.tell({ kind: "opened" })
    const reply = { ...snapshotAt(3), feedVersion: FEED_VERSION + 1 }
    expect(kinds(s.tell({ kind: "subscribed", attempt: s.attempt(), reply, random: 0 }))).toEqual(["disconnect"])
    expect(s.status()).toEqual({ kind: "incompatible" })
  })

  test("comes when there is no such team, with the server's words; a passing fault is tried again", () => {
    const refusal = (name: string) =>
      ({ mode: "refused", problem: { type: `urn:muster:problem:${name}`, title: name, status: 404 } }) as const
    const s = stream()
    s.tell({ kind: "start" })
    s.tell({ kind: "opened" })
    const reply = refusal("unavailable")
    expect(kinds(s.tell({ kind: "subscribed", attempt: s.attempt(), reply, random: 0 }))).toEqual([
      "disconnect",
      "refused",
    ])
    s.wait(RECONNECT_MAX_MILLIS)
    s.tell({ kind: "opened" })
    s.tell({ kind: "subscribed", attempt: s.attempt(), reply: refusal("not-found"), random: 0 })
    expect(s.status()).toEqual({ kind: "refused" })
  })

  test("of a server that shuts down is a drop like any other", () => {
    const s = stream()
    s.live(3)
    expect(s.tell({ kind: "bye", reason: "shutting-down" })).toEqual([])
    s.drop()
    expect(s.status().kind).toBe("reconnecting")
  })
})
