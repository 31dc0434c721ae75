import { type Cursor, type FeedEvent, needsFeed, type Problem, teamFeed, type TeamView } from "@muster/contracts"
import { type Connect, type Connection, type OutputGrown, socketConnect } from "#src/stream/connection.ts"
import { step } from "#src/stream/core.ts"
import { type Action, initialState, type Input, statusOf, type StreamStatus } from "#src/stream/core-state.ts"
import { ambientSurroundings, type Surroundings } from "#src/stream/surroundings.ts"

export interface TeamStreamHandlers {
  /** The team is this now, whatever it was: the first snapshot, or one that replaces what could not be caught up. */
  readonly onState: (view: TeamView) => void
  /** These came after it, in order and without a gap: fold them with `applyTeamEvent`. At most one call a frame. */
  readonly onEvents: (events: readonly FeedEvent[]) => void
  /** Told at once, and only when it changes. */
  readonly onStatus?: (status: StreamStatus) => void
  /** The output of a task has grown; may get lost. */
  readonly onOutput?: (grown: OutputGrown) => void
  /** Why the server does not show the team. */
  readonly onRefused?: (problem: Problem) => void
}

/** Where a stream comes from. */
export interface StreamSource {
  /** Such as `http://localhost:7400`; "" (the default) for the page's own origin. */
  readonly baseUrl?: string
  /** Outside browsers: the Cookie header to send with each connection. */
  readonly cookie?: () => string | undefined
  /** What was shown when the team was last looked at, to begin with. Nothing waits for it; too late it is not needed any more. */
  readonly remembered?: Promise<Remembered | undefined>
  /** For tests. */
  readonly connect?: Connect
  readonly surroundings?: Partial<Surroundings>
}

/** A team as it was shown, and where in its feed that was. */
export interface Remembered {
  readonly cursor: Cursor
  readonly view: TeamView
}

export interface TeamStream {
  readonly status: () => StreamStatus
  /** What was applied so far; null before the first snapshot. */
  readonly cursor: () => Cursor | null
  /** What was handed out so far: where the view stands that the handlers have made. Null before the first one. */
  readonly shown: () => Cursor | null
  /** Tries again at once: a person asked, or signed in again. */
  readonly retry: () => void
  /** Ends it for good. Nothing is called afterwards. */
  readonly close: () => void
}

/** What was decided and not handed out yet. A snapshot makes what came before it worthless. */
const makeOutbox = ({ onState, onEvents }: TeamStreamHandlers) => {
  let view: TeamView | undefined
  let events: FeedEvent[] = []
  return {
    reset: (next: TeamView): void => {
      view = next
      events = []
    },
    apply: (more: readonly FeedEvent[]): void => {
      for (const event of more) events.push(event)
    },
    flush: (): void => {
      const [state, batch] = [view, events]
      view = undefined
      events = []
      if (state !== undefined) onState(state)
      if (batch.length > 0) onEvents(batch)
    },
  }
}

export interface TeamStreamOptions extends TeamStreamHandlers, StreamSource {
  readonly teamId: string
}

export interface NeedsStreamOptions extends StreamSource, Pick<TeamStreamHandlers, "onStatus" | "onRefused"> {
  readonly orgId: string
  /** What waits for people is another list from this position of the log on: read it again. First when the stream begins. At most one call a frame. */
  readonly onChange: (position: string) => void
}

/** Follows a team live, through drops, restarts and sleep. It begins at once. */
export const openTeamStream = (options: TeamStreamOptions): TeamStream => openStream(teamFeed(options.teamId), options)

/** Follows what waits for people in all teams of an organisation, as surely as a team is followed: it tells that the list changed, not what is on it. */
export const openNeedsStream = ({ orgId, onChange, ...options }: NeedsStreamOptions): TeamStream =>
  openStream(needsFeed(orgId), {
    ...options,
    onState: ({ position }) => onChange(position),
    onEvents: (events) => onChange(events.at(-1)?.position ?? "0"),
  })

const openStream = (stream: string, options: TeamStreamHandlers & StreamSource): TeamStream => {
  const { baseUrl = "", cookie } = options
  const world: Surroundings = { ...ambientSurroundings, ...options.surroundings }
  const connect = options.connect ?? socketConnect({ baseUrl, cookie })
  const outbox = makeOutbox(options)

  let state = initialState(world.now())
  let connection: Connection | undefined
  let told = ""
  let shown: Cursor | null = null
  let cancelFrame: (() => void) | undefined
  let isClosed = false

  const flushSoon = (): void => {
    cancelFrame ??= world.nextFrame(() => {
      cancelFrame = undefined
      shown = state.cursor
      outbox.flush()
    })
  }

  const disconnect = (): void => {
    connection?.close()
    connection = undefined
  }

  const open = (): void => {
    disconnect()
    const own = connect({
      onOpen: () => take({ kind: "opened" }),
      onClosed: ({ isUnauthenticated }) => {
        connection = undefined
        take({ kind: "closed", isUnauthenticated, random: world.random() })
      },
      onEvents: (from, events) => {
        if (from === stream) take({ kind: "events", events })
      },
      onHeads: (heads) => take({ kind: "head", head: heads[stream] }),
      onOutput: (grown) => options.onOutput?.(grown),
      onBye: (reason) => take({ kind: "bye", reason }),
    })
    connection = own
  }

  const perform = (action: Action): void => {
    switch (action.kind) {
      case "connect":
        open()
        return
      case "disconnect":
        disconnect()
        return
      case "subscribe": {
        const { attempt, since } = action
        connection?.subscribe({ stream, since }, (reply) =>
          take({ kind: "subscribed", attempt, reply, random: world.random() }),
        )
        return
      }
      case "range": {
        const { attempt, after, limit } = action
        connection?.range({ stream, after, limit }, (reply) => take({ kind: "ranged", attempt, reply }))
        return
      }
      case "reset":
        outbox.reset(action.view)
        flushSoon()
        return
      case "apply":
        outbox.apply(action.events)
        flushSoon()
        return
      case "refused":
        options.onRefused?.(action.problem)
        return
      default:
        action satisfies never
    }
  }

  const tellStatus = (): void => {
    const status = statusOf(state)
    const text = JSON.stringify(status)
    if (text === told) return
    told = text
    options.onStatus?.(status)
  }

  /** Inputs that arrive while another is worked on wait for it. */
  const waiting: Input[] = []
  let isTaking = false
  type Told = Input extends infer I ? (I extends Input ? Omit<I, "atMillis"> : never) : never
  const take = (input: Told): void => {
    if (isClosed) return
    waiting.push({ ...input, atMillis: world.now() })
    if (isTaking) return
    isTaking = true
    try {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const result = step(state, next)
        ;({ state } = result)
        for (const action of result.actions) perform(action)
      }
    } finally {
      isTaking = false
    }
    tellStatus()
  }

  const ends = [
    world.everyTick(() => take({ kind: "tick" })),
    world.onCheck(() => take({ kind: "check" })),
    world.onNetwork((isOnline) => take({ kind: "network", isOnline })),
  ]
  take({ kind: "start" })
  void options.remembered?.then((last) => last !== undefined && take({ kind: "remembered", ...last }))

  return {
    status: () => statusOf(state),
    cursor: () => state.cursor,
    shown: () => shown,
    retry: () => take(state.ended === undefined ? { kind: "check" } : { kind: "start" }),
    close: () => {
      take({ kind: "stop" })
      isClosed = true
      cancelFrame?.()
      for (const end of ends) end()
    },
  }
}
