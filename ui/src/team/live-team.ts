import { openTeamStream } from "@muster/client"
import type { OutputGrown, Remembered, StreamStatus as ClientStatus, TeamStream } from "@muster/client"
import type { FeedEvent, Problem } from "@muster/contracts"
import { createEffect, createSignal, on, onCleanup } from "solid-js"
import type { Accessor } from "solid-js"
import { reads } from "#src/api/reads.ts"
import { useNow } from "#src/lib/clock.ts"
import { millisOf } from "#src/lib/time.ts"
import { makeContext } from "#src/lib/context.ts"
import { TASK_EVENTS_SHOWN } from "#src/limits.ts"
import { noteSessionEnded, sessionState, signedIn } from "#src/session/session.ts"
import type { StreamStatus } from "#src/shell/status-model.ts"
import { createKeeper } from "#src/team/keeper.ts"
import { createLagMeter } from "#src/team/lag.ts"
import type { TeamSource } from "#src/team/source.ts"
import { statusFrom } from "#src/team/stream-status.ts"
import { createTeamStore } from "#src/team/team-store.ts"

export interface LiveTeam extends TeamSource {
  readonly status: Accessor<StreamStatus>
  /** Why the server does not show the team; undefined while it does. */
  readonly refused: Accessor<Problem | undefined>
  /** What keeps the server from showing it for now, while nothing could be shown yet. It is tried again by itself. */
  readonly trouble: Accessor<Problem | undefined>
  readonly retry: () => void
  /** Tells that the output of a task has grown. May be lost: whoever follows reads by offset. */
  readonly onOutput: (listener: (grown: OutputGrown) => void) => () => void
}

function createListeners<T>() {
  const listeners = new Set<(value: T) => void>()
  return {
    tell: (value: T): void => {
      for (const listener of listeners) listener(value)
    },
    add: (listener: (value: T) => void): (() => void) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}

/** Follows one team over one stream for as long as the calling owner lives. */
export function createLiveTeam(teamId: string, open: typeof openTeamStream = openTeamStream): LiveTeam {
  const store = createTeamStore()
  const now = useNow()
  const [clientStatus, setClientStatus] = createSignal<ClientStatus>({ kind: "catching-up", behind: undefined })
  const [refused, setRefused] = createSignal<Problem>()
  const events = createListeners<ReadonlyArray<FeedEvent>>()
  const output = createListeners<OutputGrown>()
  const shown = (): Remembered | undefined => {
    const [cursor, view] = [stream.shown(), store.raw()]
    // Between a snapshot and the events behind it the view is not there yet.
    return cursor?.seq === view.seq ? { cursor, view } : undefined
  }
  const lag = createLagMeter()
  const [lagMillis, setLagMillis] = createSignal<number>()
  /** Only of what came live: what is caught up on after an absence was not late on its way. */
  const noteLag = (batch: ReadonlyArray<FeedEvent>) => {
    const last = batch.at(-1)
    if (last === undefined || clientStatus().kind !== "live") return
    lag.note(millisOf(last.at), Date.now())
    setLagMillis(lag.lagAt(Date.now()))
  }
  // The clock of the page lets it go when nothing comes any more.
  createEffect(on(now, (at) => setLagMillis(lag.lagAt(at)), { defer: true }))
  const keeper = createKeeper({ teamId, userId: signedIn()?.user.id, shown })

  const stream: TeamStream = open({
    teamId,
    remembered: keeper.remembered,
    onState: (view) => {
      setRefused(undefined)
      store.reset(view)
      keeper.noteState(view)
    },
    onEvents: (batch) => {
      store.apply(batch)
      keeper.noteEvents()
      noteLag(batch)
      events.tell(batch)
    },
    onStatus: (status) => {
      setClientStatus(status)
      if (status.kind === "live") keeper.noteLive()
      if (status.kind === "session-ended") noteSessionEnded()
    },
    onOutput: output.tell,
    onRefused: setRefused,
  })
  onCleanup(() => {
    keeper.keep()
    stream.close()
  })

  // Signed in again: the stream that the server had closed begins anew.
  createEffect(
    on(
      () => sessionState().kind,
      (kind, before) => {
        if (kind === "here" && before === "ended") stream.retry()
      },
    ),
  )

  return {
    teamId,
    mode: "live",
    view: store.view,
    raw: store.raw,
    isLoaded: store.isLoaded,
    now,
    status: () => statusFrom(clientStatus(), store.view.position, keeper.rememberedAt(), lagMillis()),
    // A fault that passes is the status line's business; the page is given up only when it will not come.
    refused: () => (clientStatus().kind === "refused" ? refused() : undefined),
    trouble: () => (clientStatus().kind === "refused" || store.isLoaded() ? undefined : refused()),
    retry: stream.retry,
    taskEvents: async (taskId) => {
      const { items } = await reads.listHistory({
        params: { team: teamId },
        query: { task: taskId, limit: TASK_EVENTS_SHOWN },
      })
      return items.toSorted((a, b) => a.seq - b.seq)
    },
    onEvents: events.add,
    onOutput: output.add,
  }
}

const context = makeContext("useLiveTeam", (props: { readonly team: LiveTeam }) => props.team)
export const LiveTeamProvider = context.Provider
export const useLiveTeam = context.use
