import { ProjectionCorrupt, ProjectionFenced } from "#src/errors.ts"
import { keysOf, readEvent } from "#src/fold/events.ts"
import { foldEvents, type OnPoison } from "#src/fold/fold.ts"
import { makeDocumentCache, type Stage } from "#src/fold/stage.ts"
import { type ProjectorLog, reasonOf } from "#src/log.ts"
import { poisonedEvents, projectedEvents } from "#src/metrics.ts"
import { DatabaseFault } from "@muster/read-models"
import {
  feedHeadAfter,
  NO_ROWS,
  type ProjectionOwner,
  type ProjectionStep,
  type ProjectionStore,
} from "@muster/read-models/writer"
import { ImpossibleTransition, type Position, type RecordedEvent } from "@muster/domain"

/** How an event is taken: folded; only shown in its feed; passed over. Each is for what the one before could not write. */
const modes = ["fold", "feeds", "nothing"] as const
type Mode = (typeof modes)[number]

/** SQLSTATE of a second row under one key: no event can cause it, a wrong feed head can. */
const UNIQUE_VIOLATION = "23505"

export interface Stepped {
  readonly position: Position
  /** Feeds that grew, and how far they reach now. */
  readonly feeds: ReadonlyMap<string, number>
}

/** A stretch that is folded and waits to be written, or is being written. */
interface Folded {
  readonly events: readonly RecordedEvent[]
  readonly stage: Stage
  readonly poisoned: readonly Parameters<OnPoison>[]
  readonly step: ProjectionStep
}

/** How a write ended. It never rejects: it ends while its caller does something else. */
type Outcome = { readonly stepped: Stepped } | { readonly error: unknown }

export interface StepperOptions {
  readonly store: ProjectionStore
  readonly owner: ProjectionOwner
  readonly log: ProjectorLog
  readonly from: Position
}

const lastOf = (events: readonly RecordedEvent[]): RecordedEvent => {
  const last = events.at(-1)
  if (last === undefined) throw new Error("invariant: a stretch of the log has events")
  return last
}

/**
 * Brings stretches of the log into the read models, one after another, while this process owns them. While one is being written the
 * next is folded on top of it. A stretch the database refuses is cut in halves until the one event that it refuses is found; that
 * one is shown in its feed and changes nothing.
 */
export const makeStepper = ({ store, owner, log, from }: StepperOptions) => {
  const cache = makeDocumentCache()
  let position = from
  let writing: { readonly folded: Folded; readonly outcome: Promise<Outcome> } | undefined

  const onPoison: OnPoison = (event, error) => {
    poisonedEvents.inc()
    const why = error instanceof ImpossibleTransition ? error.message : undefined
    log.error(
      { position: event.position, stream: event.stream, type: event.type, ...reasonOf(error), why },
      "an event could not be folded; its document stays as it was",
    )
  }

  /** On top of the stretch that is being written, if there is one. */
  const fold = async (events: readonly RecordedEvent[], mode: Mode): Promise<Folded> => {
    const before = writing?.folded
    const read = events.map(readEvent)
    const stage = await cache.stage(keysOf(read), before?.stage, (keys) => store.load(owner, keys))
    const poisoned: Parameters<OnPoison>[] = []
    const collect: OnPoison = (event, error) => poisoned.push([event, error])
    const only = mode === "feeds" ? { only: "feeds" as const } : {}
    const rows = mode === "nothing" ? NO_ROWS : foldEvents(stage, read, { onPoison: collect, ...only })
    const step = { from: before?.step.to ?? position, to: lastOf(events).position, ...rows }
    return { events, stage, poisoned, step }
  }

  const write = async ({ events, stage, poisoned, step }: Folded): Promise<Stepped> => {
    if (!(await store.apply(owner, step))) throw new ProjectionFenced({ epoch: owner.epoch })
    cache.commit(stage)
    position = step.to
    // Told after the commit, so that a stretch that is tried again tells once.
    for (const [event, error] of poisoned) onPoison(event, error)
    projectedEvents.inc(events.length)
    return { position, feeds: new Map(step.feed.map((growth) => [growth.feed_id, feedHeadAfter(growth).seq])) }
  }

  /** Folds and writes with nothing under way, in smaller and smaller parts when the database refuses it. */
  const writeAlone = async (events: readonly RecordedEvent[], mode: Mode): Promise<Stepped> => {
    const folded = await fold(events, mode)
    try {
      return await write(folded)
    } catch (error) {
      return cut(events, mode, error)
    }
  }

  const cut = async (events: readonly RecordedEvent[], mode: Mode, error: unknown): Promise<Stepped> => {
    if (!(error instanceof DatabaseFault) || error.kind !== "refused") throw error
    if (error.code === UNIQUE_VIOLATION) throw new ProjectionCorrupt({ code: error.code })
    if (events.length > 1) {
      const middle = Math.ceil(events.length / 2)
      const first = await writeAlone(events.slice(0, middle), mode)
      const second = await writeAlone(events.slice(middle), mode)
      return { position: second.position, feeds: new Map([...first.feeds, ...second.feeds]) }
    }
    const next = modes[modes.indexOf(mode) + 1]
    if (next === undefined) throw error
    onPoison(lastOf(events), error)
    return writeAlone(events, next)
  }

  const start = (folded: Folded): void => {
    const outcome = write(folded).then(
      (stepped): Outcome => ({ stepped }),
      (error: unknown): Outcome => ({ error }),
    )
    writing = { folded, outcome }
  }

  /** Waits for the write that is under way. `isAsFolded`: what was folded on top of it stands. */
  const finish = async (): Promise<{ readonly stepped: Stepped | undefined; readonly isAsFolded: boolean }> => {
    if (writing === undefined) return { stepped: undefined, isAsFolded: true }
    const { folded, outcome } = writing
    const ended = await outcome
    writing = undefined
    if ("stepped" in ended) return { stepped: ended.stepped, isAsFolded: true }
    return { stepped: await cut(folded.events, "fold", ended.error), isAsFolded: false }
  }

  return {
    /**
     * Folds the events that follow the last step, waits until that one is written, and begins to write these. Answers with what became
     * of the last step, if it was still under way. Rejects with `ProjectionFenced`, `ProjectionCorrupt` or a `DatabaseFault`; after any
     * of them the stepper is not to be used again.
     */
    push: async (events: readonly RecordedEvent[]): Promise<Stepped | undefined> => {
      const folded = await fold(events, "fold")
      const { stepped, isAsFolded } = await finish()
      start(isAsFolded ? folded : await fold(events, "fold"))
      return stepped
    },
    /** Waits for the step that is under way, if there is one; rejects as `push` does. */
    settle: async (): Promise<Stepped | undefined> => (await finish()).stepped,
    /** Up to where steps are written. */
    position: () => position,
  }
}
export type Stepper = ReturnType<typeof makeStepper>
