import { type Cursor, FEED_VERSION, type FeedEvent, type TeamView } from "@muster/contracts"
import { BUFFER_MAX_EVENTS, RANGE_EVENTS } from "#src/limits.ts"
import type { Action, Step, StreamState } from "#src/stream/core-state.ts"

/** The one place where the cursor moves: on what was applied, never on what was asked for or heard of. */
const advance = (state: StreamState, cursor: Cursor): StreamState => ({
  ...state,
  cursor,
  head: Math.max(state.head, cursor.seq),
})

const only = (state: StreamState): Step => ({ state, actions: [] })

const furthest = (events: ReadonlyMap<number, FeedEvent>): number => {
  let far = 0
  for (const seq of events.keys()) far = Math.max(far, seq)
  return far
}

/** Too many to keep: the answer to the subscription, or a range, brings them again. */
const bounded = (events: ReadonlyMap<number, FeedEvent>): ReadonlyMap<number, FeedEvent> =>
  events.size > BUFFER_MAX_EVENTS ? new Map() : events

/** Asks for what is missing, or notes that nothing is. One request at a time. */
const closeGap = (state: StreamState, atMillis: number): Step => {
  const have = state.cursor?.seq ?? 0
  if (state.link.kind !== "open" || state.head <= have) return only({ ...state, gapSinceMillis: undefined })
  const gapSinceMillis = state.gapSinceMillis ?? atMillis
  if (state.isRanging) return only({ ...state, gapSinceMillis })
  return {
    state: { ...state, gapSinceMillis, isRanging: true },
    actions: [{ kind: "range", attempt: state.attempt, after: have, limit: RANGE_EVENTS }],
  }
}

/**
 * Takes events in any order and any number of times: those already applied are dropped, the next one is applied and draws after it
 * what waited for it, later ones wait. Before the subscription's answer all of them wait.
 */
export const takeEvents = (state: StreamState, events: readonly FeedEvent[], atMillis: number): Step => {
  const { cursor } = state
  if (cursor === null || state.link.kind !== "open") {
    const buffer = new Map(state.buffer)
    for (const event of events) buffer.set(event.seq, event)
    return only({ ...state, buffer: bounded(buffer) })
  }
  const waiting = new Map(state.buffer)
  for (const event of events) if (event.seq > cursor.seq) waiting.set(event.seq, event)
  const applied: FeedEvent[] = []
  for (let next = waiting.get(cursor.seq + 1); next !== undefined; next = waiting.get(next.seq + 1)) {
    applied.push(next)
    waiting.delete(next.seq)
  }
  const last = applied.at(-1)
  const moved: StreamState = { ...state, buffer: bounded(waiting), head: Math.max(state.head, furthest(waiting)) }
  const next = closeGap(
    last === undefined
      ? moved
      : // Progress was made: the clock of the gap starts anew.
        { ...advance(moved, { ...cursor, seq: last.seq }), gapSinceMillis: undefined },
    atMillis,
  )
  const apply: readonly Action[] = last === undefined ? [] : [{ kind: "apply", events: applied }]
  return { state: next.state, actions: [...apply, ...next.actions] }
}

/**
 * Begins with what was shown last time, so that a page is there at once and asks for the rest alone. What the server sends afterwards
 * counts: a subscription that was made before it is answered with a snapshot, which replaces it.
 */
export const takeRemembered = (state: StreamState, cursor: Cursor, view: TeamView): Step => {
  if (state.cursor !== null || cursor.feedVersion !== FEED_VERSION || cursor.seq !== view.seq) return only(state)
  return { state: advance(state, cursor), actions: [{ kind: "reset", view }] }
}

/** Takes a snapshot, unless what is here is newer; then what waited for it. */
export const takeSnapshot = (
  state: StreamState,
  {
    generation,
    feedVersion,
    view,
  }: { readonly generation: string; readonly feedVersion: number; readonly view: TeamView },
  atMillis: number,
): Step => {
  const { cursor } = state
  const isVain = cursor?.generation === generation && view.seq <= cursor.seq
  const told: StreamState = { ...state, vainSnapshotMillis: isVain ? atMillis : undefined }
  if (isVain && view.seq < cursor.seq) return takeEvents(told, [], atMillis)
  const placed = advance({ ...told, gapSinceMillis: undefined }, { generation, feedVersion, seq: view.seq })
  const buffer = new Map([...placed.buffer].filter(([seq]) => seq > view.seq))
  const rest = takeEvents({ ...placed, buffer }, [], atMillis)
  return { state: rest.state, actions: [{ kind: "reset", view }, ...rest.actions] }
}

/** The feed is known to reach `head`. */
export const takeHead = (state: StreamState, head: number | undefined, atMillis: number): Step =>
  head === undefined ? only(state) : closeGap({ ...state, head: Math.max(state.head, head) }, atMillis)

/** The answer to a range request came, whatever was in it. */
export const rangeEnded = (state: StreamState): StreamState => ({ ...state, isRanging: false })
