import { DELTA_MAX_EVENTS, type FeedEvent, type TeamView } from "@muster/contracts"
import { emptyTeamView, foldTeamView } from "@muster/projections"
import fc from "fast-check"
import { expect, test } from "vitest"
import { step } from "#src/stream/core.ts"
import { type Action, initialState, type Input, statusOf, type StreamState } from "#src/stream/core-state.ts"
import { deltaOf, eventAt, eventsBetween, snapshotAt, viewAt } from "./feed.ts"

type Told = Input extends infer I ? (I extends Input ? Omit<I, "atMillis"> : never) : never

/** What can happen, between a server that keeps a feed and a client that follows it over a bad line. */
const happening = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("append" as const), count: fc.integer({ min: 1, max: 4 }) }) },
  {
    weight: 10,
    arbitrary: fc.record({
      kind: fc.constant("deliver" as const),
      /** Which of the messages under way: others overtake, are doubled or lost. */
      pick: fc.nat(20),
      fate: fc.constantFrom("once" as const, "once" as const, "twice" as const, "lost" as const),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant("wait" as const), millis: fc.integer({ min: 1, max: 20_000 }) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("drop" as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("restart" as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("restore" as const), keep: fc.integer({ min: 0, max: 30 }) }) },
  /** From now on the server's reads are so many events behind what it sends: a replica that lags. */
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("lag" as const), events: fc.integer({ min: 0, max: 4 }) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("heartbeat" as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("see" as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("network" as const), isOnline: fc.boolean() }) },
  /** The page is opened anew with what it showed before; what it remembers arrives now or somewhat later. */
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("reload" as const), isLate: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("remember" as const) }) },
)
type Happening = typeof happening extends fc.Arbitrary<infer T> ? T : never

class World {
  state: StreamState = initialState(0)
  now = 0
  view: TeamView = emptyTeamView()
  /** The last event the page was given; what it gets next must be the next one. */
  shown = 0
  shownLife = 0
  head = 1
  lag = 0
  life = 1
  /** Messages under way to the client, on the connection there is. */
  line: Told[] | undefined
  /** Snapshots that were asked for since time went by last. */
  snapshots = 0
  /** What the page that was open before has left behind. */
  remembered: Extract<Told, { readonly kind: "remembered" }> | undefined

  get log() {
    return `log${this.life}-`
  }
  get read() {
    return Math.max(0, this.head - this.lag)
  }
  get generation() {
    return `g${this.life}`
  }

  tell(told: Told): void {
    const next = step(this.state, { ...told, atMillis: this.now })
    this.state = next.state
    for (const action of next.actions) this.perform(action)
  }

  perform(action: Action): void {
    switch (action.kind) {
      case "connect":
        this.line = [{ kind: "opened" }]
        return
      case "disconnect":
        this.line = undefined
        return
      case "subscribe": {
        const { attempt, since } = action
        if (since === null && ++this.snapshots > 100) throw new Error("the client asks for snapshots without end")
        const isDelta =
          since !== null &&
          since.generation === this.generation &&
          since.seq <= this.read &&
          this.read - since.seq <= DELTA_MAX_EVENTS
        const reply = isDelta
          ? deltaOf(since.seq, this.read, this.head, this.generation, this.log)
          : snapshotAt(this.read, this.head, this.generation, this.log)
        this.line?.push({ kind: "subscribed", attempt, reply, random: 0.5 })
        return
      }
      case "range": {
        const { attempt, after, limit } = action
        const events = eventsBetween(after, Math.min(this.read, after + limit), this.log)
        this.line?.push({ kind: "ranged", attempt, reply: { mode: "range", head: this.head, events } })
        return
      }
      case "reset":
        if (this.shownLife === this.life && action.view.seq < this.shown)
          throw new Error(`went back from ${this.shown} to ${action.view.seq}`)
        this.view = action.view
        this.shown = action.view.seq
        this.shownLife = this.life
        return
      case "apply":
        for (const event of action.events) {
          if (event.seq !== this.shown + 1) throw new Error(`${event.seq} was given after ${this.shown}`)
          this.shown = event.seq
        }
        this.view = foldTeamView(this.view, action.events)
        return
      case "refused":
        throw new Error("this server refuses nobody")
      default:
        action satisfies never
    }
  }

  send(events: readonly FeedEvent[]): void {
    this.line?.push({ kind: "events", events })
  }

  happen(what: Happening): void {
    switch (what.kind) {
      case "append":
        this.send(eventsBetween(this.head, this.head + what.count, this.log))
        this.head += what.count
        return
      case "deliver": {
        const line = this.line
        if (line === undefined || line.length === 0) return
        const [message] = line.splice(what.pick % line.length, 1)
        if (message === undefined) return
        // Opening a connection is no message: it cannot be lost or doubled.
        const times = message.kind === "opened" || what.fate === "once" ? 1 : what.fate === "twice" ? 2 : 0
        for (let i = 0; i < times; i++) this.tell(message)
        return
      }
      case "wait":
        this.now += what.millis
        this.snapshots = 0
        this.tell({ kind: "tick" })
        return
      case "drop":
      case "restart":
        this.cut()
        return
      case "restore":
        // Brought back from a copy: another log, which may be shorter, and tells another story.
        this.cut()
        this.life += 1
        this.head = Math.min(this.head, what.keep)
        return
      case "lag":
        this.lag = what.events
        return
      case "heartbeat":
        this.line?.push({ kind: "head", head: this.head })
        return
      case "see":
        this.tell({ kind: "check" })
        return
      case "network":
        this.tell({ kind: "network", isOnline: what.isOnline })
        return
      case "reload":
        this.reload(what.isLate)
        return
      case "remember":
        this.remember()
        return
      default:
        what satisfies never
    }
  }

  /** Opened anew: nothing is left but what the page wrote down. */
  reload(isLate: boolean): void {
    const { cursor } = this.state
    this.remembered = cursor === null ? undefined : { kind: "remembered", cursor, view: this.view }
    this.line = undefined
    this.state = initialState(this.now)
    this.view = emptyTeamView()
    this.shown = 0
    this.tell({ kind: "start" })
    if (!isLate) this.remember()
  }

  remember(): void {
    const last = this.remembered
    this.remembered = undefined
    if (last === undefined) return
    const isTaken = this.state.cursor === null
    this.tell(last)
    // It may be of an earlier life of the log: then the server's answer replaces it, also by a shorter one.
    if (isTaken) this.shownLife = Number(last.cursor.generation.slice(1))
  }

  cut(): void {
    if (this.line === undefined) return
    this.line = undefined
    this.tell({ kind: "closed", isUnauthenticated: false, random: 0.5 })
  }

  /** From here on the line is good, and heartbeats come. */
  calm(): void {
    this.lag = 0
    this.tell({ kind: "network", isOnline: true })
    for (let round = 0; round < 200; round++) {
      this.now += 500
      this.snapshots = 0
      this.tell({ kind: "tick" })
      if (round % 10 === 0) this.line?.push({ kind: "head", head: this.head })
      let messages = 0
      for (let message = this.line?.shift(); message !== undefined; message = this.line?.shift()) {
        if (++messages > 100) throw new Error("the client asks for ever")
        this.tell(message)
      }
    }
  }
}

test("any order of messages, losses, doubles, drops, restarts and restores ends in the state of a clean fold", () => {
  fc.assert(
    fc.property(fc.array(happening, { maxLength: 120, size: "max" }), (happenings) => {
      const world = new World()
      world.tell({ kind: "start" })
      for (const what of happenings) world.happen(what)
      world.calm()
      expect(statusOf(world.state)).toEqual({ kind: "live" })
      expect(world.view).toEqual(viewAt(world.head, world.log))
    }),
    { numRuns: 500 },
  )
})

test("the property can fail: a client that applies whatever comes ends elsewhere", () => {
  const naive = foldTeamView(emptyTeamView(), [eventAt(1), eventAt(3), eventAt(2)])
  expect(naive).not.toEqual(viewAt(3))
})
