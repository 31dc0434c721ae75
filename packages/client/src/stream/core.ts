import {
  FEED_VERSION,
  PROBLEM_TYPE_PREFIX,
  type RangeReply,
  SILENCE_MILLIS,
  type SubscribeReply,
} from "@muster/contracts"
import {
  CONNECT_TIMEOUT_MILLIS,
  GAP_RESNAPSHOT_MILLIS,
  RECONNECT_FIRST_MILLIS,
  RECONNECT_MAX_MILLIS,
  SUBSCRIBE_TIMEOUT_MILLIS,
} from "#src/limits.ts"
import { rangeEnded, takeEvents, takeHead, takeRemembered, takeSnapshot } from "#src/stream/core-events.ts"
import type { Ended, Input, Step, StreamState } from "#src/stream/core-state.ts"

const only = (state: StreamState): Step => ({ state, actions: [] })

const connect = (state: StreamState, atMillis: number): Step => ({
  state: { ...state, link: { kind: "connecting", sinceMillis: atMillis } },
  actions: [{ kind: "connect" }],
})

/** The line is down: what had waited may belong to another life of the server. */
const down = (state: StreamState, atMillis: number): StreamState => ({
  ...state,
  buffer: new Map(),
  isRanging: false,
  gapSinceMillis: undefined,
  troubledSinceMillis: state.troubledSinceMillis ?? atMillis,
})

const end = (state: StreamState, ended: Ended, atMillis: number): Step => ({
  state: { ...down(state, atMillis), ended, link: { kind: "closed" } },
  actions: [{ kind: "disconnect" }],
})

const retryLater = (state: StreamState, atMillis: number, random: number): Step => {
  const delay = Math.min(RECONNECT_MAX_MILLIS, RECONNECT_FIRST_MILLIS * 2 ** Math.min(state.failures, 16))
  const retryAtMillis = atMillis + delay * (0.5 + random / 2)
  return {
    state: { ...down(state, atMillis), failures: state.failures + 1, link: { kind: "waiting", retryAtMillis } },
    actions: [{ kind: "disconnect" }],
  }
}

const reconnectNow = (state: StreamState, atMillis: number): Step => {
  const { state: next, actions } = connect(down(state, atMillis), atMillis)
  return { state: next, actions: [{ kind: "disconnect" }, ...actions] }
}

const subscribe = (state: StreamState, since: StreamState["cursor"], atMillis: number): Step => {
  const attempt = state.attempt + 1
  return {
    state: { ...state, attempt, isRanging: false, link: { kind: "subscribing", sinceMillis: atMillis } },
    actions: [{ kind: "subscribe", attempt, since }],
  }
}

/** Problems that come again however often one asks. */
const FINAL: { readonly [type: string]: Ended } = {
  [`${PROBLEM_TYPE_PREFIX}unauthenticated`]: "session-ended",
  [`${PROBLEM_TYPE_PREFIX}not-found`]: "refused",
  [`${PROBLEM_TYPE_PREFIX}forbidden`]: "refused",
}

const subscribed = (before: StreamState, reply: SubscribeReply, atMillis: number, random: number): Step => {
  if (reply.mode === "refused") {
    const ended = FINAL[reply.problem.type]
    const { state, actions } = ended ? end(before, ended, atMillis) : retryLater(before, atMillis, random)
    return { state, actions: [...actions, { kind: "refused", problem: reply.problem }] }
  }
  if (reply.feedVersion !== FEED_VERSION) return end(before, "incompatible", atMillis)
  const state: StreamState = {
    ...before,
    link: { kind: "open" },
    wasOpen: true,
    failures: 0,
    troubledSinceMillis: undefined,
    // What the server says now counts, not what an earlier life of it said.
    head: reply.head,
  }
  if (reply.mode === "snapshot") return takeSnapshot(state, { ...reply, view: reply.state }, atMillis)
  // A delta to nothing, or to another log, cannot be applied.
  return state.cursor?.generation === reply.generation
    ? takeEvents(state, reply.events, atMillis)
    : subscribe(state, null, atMillis)
}

const ranged = (before: StreamState, reply: RangeReply, atMillis: number): Step => {
  const state = rangeEnded(before)
  const have = state.cursor?.seq ?? 0
  const closes = reply.mode === "range" && reply.events.some((event) => event.seq === have + 1)
  if (!closes && state.head > have) {
    // The missing events cannot be had one by one any more. A server whose reads lag would answer with old snapshots for as long as it
    // is asked: after one that did not help, the clock of the gap decides.
    const isVain = atMillis - (state.vainSnapshotMillis ?? Number.NEGATIVE_INFINITY) < GAP_RESNAPSHOT_MILLIS
    return isVain ? only(state) : subscribe(state, null, atMillis)
  }
  return reply.mode === "range" ? takeEvents(state, reply.events, atMillis) : only(state)
}

const tick = (state: StreamState, atMillis: number): Step => {
  const { link, lastHeardMillis, gapSinceMillis } = state
  switch (link.kind) {
    case "closed":
      return only(state)
    case "waiting":
      return state.isOnline && atMillis >= link.retryAtMillis ? connect(state, atMillis) : only(state)
    case "connecting":
      return atMillis - link.sinceMillis >= CONNECT_TIMEOUT_MILLIS ? reconnectNow(state, atMillis) : only(state)
    case "subscribing":
      return atMillis - link.sinceMillis >= SUBSCRIBE_TIMEOUT_MILLIS ? reconnectNow(state, atMillis) : only(state)
    case "open":
      if (atMillis - lastHeardMillis >= SILENCE_MILLIS) return reconnectNow(state, atMillis)
      return gapSinceMillis !== undefined && atMillis - gapSinceMillis >= GAP_RESNAPSHOT_MILLIS
        ? subscribe({ ...state, gapSinceMillis: undefined }, null, atMillis)
        : only(state)
    default:
      return link satisfies never
  }
}

const heard = (state: StreamState, atMillis: number): StreamState => ({ ...state, lastHeardMillis: atMillis })
const isConnected = ({ link }: StreamState) => link.kind === "open" || link.kind === "subscribing"

/** One step of a team's live stream: pure, so that any order of messages, losses and restarts can be tried. */
export const step = (state: StreamState, input: Input): Step => {
  const { atMillis } = input
  if (input.kind === "start")
    return state.link.kind === "closed"
      ? connect({ ...state, ended: undefined, failures: 0, lastHeardMillis: atMillis }, atMillis)
      : only(state)
  if (state.ended !== undefined || state.link.kind === "closed") return only(state)
  if (input.kind === "remembered") return takeRemembered(state, input.cursor, input.view)
  switch (input.kind) {
    case "stop":
      return end(state, "stopped", atMillis)
    case "opened":
      return subscribe(heard(state, atMillis), state.cursor, atMillis)
    case "closed":
      return input.isUnauthenticated ? end(state, "session-ended", atMillis) : retryLater(state, atMillis, input.random)
    case "bye":
      return input.reason === "session-ended" ? end(state, "session-ended", atMillis) : only(state)
    case "tick":
      return tick(state, atMillis)
    case "check":
      if (!isConnected(state)) return state.link.kind === "waiting" ? connect(state, atMillis) : only(state)
      return atMillis - state.lastHeardMillis >= SILENCE_MILLIS ? reconnectNow(state, atMillis) : only(state)
    case "network":
      if (!input.isOnline) return only({ ...state, isOnline: false, troubledSinceMillis: atMillis })
      return step({ ...state, isOnline: true, troubledSinceMillis: undefined }, { kind: "check", atMillis })
    case "subscribed":
      if (input.attempt !== state.attempt || state.link.kind !== "subscribing") return only(state)
      return subscribed(heard(state, atMillis), input.reply, atMillis, input.random)
    case "events":
      return isConnected(state) ? takeEvents(heard(state, atMillis), input.events, atMillis) : only(state)
    case "head":
      return isConnected(state) ? takeHead(heard(state, atMillis), input.head, atMillis) : only(state)
    case "ranged":
      if (input.attempt !== state.attempt || state.link.kind !== "open") return only(state)
      return ranged(heard(state, atMillis), input.reply, atMillis)
    default:
      return input satisfies never
  }
}
