import { backoffMillis, pause } from "@muster/platform"
import { buildAnew } from "#src/build.ts"
import { follow as followLog } from "#src/catch-up.ts"
import { ProjectionCorrupt, ProjectionFenced, ProjectorStopped } from "#src/errors.ts"
import { RETRY_FIRST_DELAY_MILLIS, RETRY_MAX_DELAY_MILLIS } from "#src/limits.ts"
import { type ProjectorLog, reasonOf } from "#src/log.ts"
import { ownsProjection, projectionLag, projectorFailures, rebuilds } from "#src/metrics.ts"
import { makeSnapshotter } from "#src/snapshots.ts"
import { makeStepper, type Stepped } from "#src/step.ts"
import type { TeamVolume } from "#src/team-volume/volume.ts"
import type { Ownership, ProjectionStore } from "@muster/read-models/writer"
import { FEED_VERSION } from "@muster/contracts"
import { comparePositions, START, type Position, type RecordedEvent } from "@muster/domain"
import type { EventStore } from "@muster/event-store"

export interface RunOptions {
  readonly events: EventStore
  readonly store: ProjectionStore
  readonly volume: TeamVolume | undefined
  readonly log: ProjectorLog
  /** Events of one read of the log. */
  readonly pageEvents: number
  readonly snapshotEveryEvents: number
  /** Times the length of a round of snapshots that is waited after it. Default: `SNAPSHOT_REST_FACTOR`. */
  readonly snapshotRestFactor?: number
}

interface RebuildWaiter {
  readonly resolve: () => void
  readonly reject: (error: ProjectorStopped) => void
}

const backoff = { firstMillis: RETRY_FIRST_DELAY_MILLIS, maxMillis: RETRY_MAX_DELAY_MILLIS }

/** Why what is stored cannot be gone on from; undefined when it can. */
const staleness = (owner: Ownership, generation: string, isRebuildWanted: boolean): string | undefined => {
  if (isRebuildWanted) return "a rebuild was asked for"
  if (owner.generation === "") return "nothing was projected yet"
  if (owner.generation !== generation) return "the log was restored from a copy"
  return owner.feedVersion === FEED_VERSION ? undefined : "other reducers made what is stored"
}

/** The loops of a projector: own the projection, follow the log, begin again after whatever went wrong. */
export const makeRunner = (options: RunOptions) => {
  const {
    events,
    store,
    volume,
    log,
    pageEvents,
    snapshotEveryEvents: everyEvents,
    snapshotRestFactor: restFactor,
  } = options
  const stop = new AbortController()
  let waiters: RebuildWaiter[] = []
  let isRebuildWanted = false
  let interrupt: () => void = () => undefined
  let isSettled: () => boolean = () => false
  let failures = 0

  /** What is in use belongs to a log that is no more: it is shown to nobody while the new is made. */
  const empty = async (owner: Ownership, generation: string): Promise<Ownership> => {
    const fresh = await store.reset(owner, { position: START, generation, feedVersion: FEED_VERSION })
    if (fresh === undefined) throw new ProjectionFenced({ epoch: owner.epoch })
    store.advanced(START, new Map())
    return fresh
  }

  /** Goes on from what is stored, or makes it anew when that cannot be. Undefined when the signal aborted first. */
  const begin = async (owner: Ownership, signal: AbortSignal): Promise<Ownership | undefined> => {
    const generation = await events.generation()
    const why = staleness(owner, generation, isRebuildWanted)
    if (why === undefined) return owner
    // A wish that comes while this one is being fulfilled is another one.
    const wasWanted = isRebuildWanted
    isRebuildWanted = false
    try {
      if (owner.generation !== "") {
        rebuilds.inc()
        log.info({ why }, "the read models are made anew from the log, beside those in use")
      }
      const isOfAnotherLog = owner.generation !== "" && owner.generation !== generation
      const base = isOfAnotherLog ? await empty(owner, generation) : owner
      const built = await buildAnew({ events, store, owner: base, generation, log, signal, pageEvents })
      if (built === undefined) {
        isRebuildWanted ||= wasWanted
        return undefined
      }
      store.advanced(built.position, await store.files.heads())
      return built
    } catch (error) {
      isRebuildWanted ||= wasWanted
      throw error
    }
  }

  /** One stretch of following the log; ends by stop, loss of the lock or a wish to rebuild. */
  const follow = async (owned: Ownership): Promise<Ownership> => {
    const session = new AbortController()
    const signal = AbortSignal.any([stop.signal, owned.lost, session.signal])
    interrupt = () => session.abort()
    let waiting = waiters
    const target = waiting.length > 0 ? await events.head() : START
    const owner = await begin(owned, signal)
    if (owner === undefined) return owned
    const reached = (position: Position): void => {
      if (waiting.length === 0 || comparePositions(position, target) < 0) return
      for (const waiter of waiting) waiter.resolve()
      waiters = waiters.filter((waiter) => !waiting.includes(waiter))
      waiting = []
    }
    const stepper = makeStepper({ store, owner, log, from: owner.position })
    const files = volume?.follow(signal)
    const onStored = (teamId: string) => files?.changed(teamId)
    const pacing = restFactor === undefined ? {} : { restFactor }
    const snapshotter = makeSnapshotter({ store, owner, everyEvents, log, signal, onStored, ...pacing })
    const behind = Promise.all([snapshotter.run(), files?.run()])
    let isStepping = false
    let newestAtMillis = 0
    isSettled = () => !isStepping && snapshotter.isIdle() && (files?.isIdle() ?? true)
    reached(owner.position)
    const onTaken = (taken: readonly RecordedEvent[]): void => {
      isStepping = true
      newestAtMillis = Date.parse(taken.at(-1)?.at ?? "")
    }
    const onStepped = ({ position, feeds }: Stepped, isIdle: boolean): void => {
      failures = 0
      projectionLag.set(Math.max(0, (Date.now() - newestAtMillis) / 1000))
      snapshotter.advanced(feeds)
      files?.advanced(feeds)
      if (isIdle) isStepping = false
      store.advanced(position, feeds)
      reached(position)
    }
    try {
      await followLog({ events, stepper, signal, pageEvents, onTaken, onStepped })
      return { ...owner, position: stepper.position() }
    } finally {
      isSettled = () => false
      session.abort()
      await behind
    }
  }

  const goesOn = (owner: Ownership): boolean => isRebuildWanted && !stop.signal.aborted && !owner.lost.aborted

  const whileOwner = async (owned: Ownership): Promise<void> => {
    let owner = owned
    do {
      owner = await follow(owner)
    } while (goesOn(owner))
    if (owner.lost.aborted && !stop.signal.aborted) log.warn({}, "the projection's lock was lost, asking for it again")
  }

  const onFailure = async (error: unknown): Promise<void> => {
    projectorFailures.inc()
    if (error instanceof ProjectionCorrupt) isRebuildWanted = true
    // Unknown errors too: a projector that stands still for ever helps nobody, and each failure is told.
    log.error({ ...reasonOf(error), failures }, "the projector stumbled and begins again at its checkpoint")
    await pause(backoffMillis(backoff, failures), stop.signal)
    failures += 1
  }

  const run = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      try {
        const owner = await store.own(stop.signal)
        if (owner === undefined) return
        ownsProjection.set(1)
        log.info({ epoch: owner.epoch, position: owner.position }, "this process owns the projection")
        try {
          await whileOwner(owner)
        } finally {
          ownsProjection.set(0)
          await owner.release()
        }
      } catch (error) {
        await onFailure(error)
      }
    }
  }

  const running = run()
  return {
    rebuild: (): Promise<void> =>
      new Promise((resolve, reject) => {
        if (stop.signal.aborted) return reject(new ProjectorStopped({ waitedFor: "the rebuild was done" }))
        waiters = [...waiters, { resolve, reject }]
        isRebuildWanted = true
        interrupt()
      }),
    isSettled: () => isSettled(),
    stop: async (): Promise<void> => {
      stop.abort()
      await running
      for (const waiter of waiters) waiter.reject(new ProjectorStopped({ waitedFor: "the rebuild was done" }))
    },
  }
}
export type Runner = ReturnType<typeof makeRunner>
