import { ProjectionCorrupt, ProjectionFenced } from "#src/errors.ts"
import { keysOf, readEvent } from "#src/fold/events.ts"
import { foldEvents, type OnPoison } from "#src/fold/fold.ts"
import { makeDocumentCache } from "#src/fold/stage.ts"
import { type ProjectorLog, reasonOf } from "#src/log.ts"
import { poisonedEvents, projectedEvents, projectionLag } from "#src/metrics.ts"
import { DatabaseFault } from "@muster/read-models"
import type { Ownership, ProjectionStep, ProjectionStore } from "@muster/read-models/writer"
import { ImpossibleTransition, type Position, type RecordedEvent } from "@muster/domain"

/** How an event is taken: folded; only shown in its feed; passed over. Each is for what the one before could not write. */
const modes = ["fold", "feeds", "nothing"] as const
type Mode = (typeof modes)[number]

/** SQLSTATE of a second row under one key: no event can cause it, a wrong feed head can. */
const UNIQUE_VIOLATION = "23505"

const nothing: Omit<ProjectionStep, "from" | "to"> = {
  teams: [],
  members: [],
  tasks: [],
  taskSpecs: [],
  chatMessages: [],
  users: [],
  deadLetters: [],
  feed: [],
  feedHeads: [],
}

export interface Stepped {
  readonly position: Position
  /** Feeds that grew, and how far they reach now. */
  readonly feeds: ReadonlyMap<string, number>
}

export interface StepperOptions {
  readonly store: ProjectionStore
  readonly owner: Ownership
  readonly log: ProjectorLog
  readonly from: Position
}

/**
 * Brings stretches of the log into the read models, one after another, while this process owns them. A stretch the database
 * refuses is cut in halves until the one event that it refuses is found; that one is shown in its feed and changes nothing.
 */
export const makeStepper = ({ store, owner, log, from }: StepperOptions) => {
  const cache = makeDocumentCache()
  let position = from

  const onPoison: OnPoison = (event, error) => {
    poisonedEvents.inc()
    const why = error instanceof ImpossibleTransition ? error.message : undefined
    log.error(
      { position: event.position, stream: event.stream, type: event.type, ...reasonOf(error), why },
      "an event could not be folded; its document stays as it was",
    )
  }

  const write = async (events: readonly RecordedEvent[], to: Position, mode: Mode): Promise<Stepped> => {
    const read = events.map(readEvent)
    const stage = await cache.stage(keysOf(read), store.load)
    const poisoned: Parameters<OnPoison>[] = []
    const collect: OnPoison = (event, error) => poisoned.push([event, error])
    const rows =
      mode === "nothing"
        ? nothing
        : foldEvents(stage, read, { onPoison: collect, ...(mode === "feeds" ? { only: "feeds" as const } : {}) })
    if (!(await store.apply(owner, { from: position, to, ...rows }))) throw new ProjectionFenced({ epoch: owner.epoch })
    if (mode !== "nothing") cache.commit(stage)
    position = to
    // Told after the commit, so that a stretch that is tried again tells once.
    for (const [event, error] of poisoned) onPoison(event, error)
    projectedEvents.inc(events.length)
    return { position: to, feeds: new Map(rows.feedHeads.map((head) => [head.feed_id, head.seq])) }
  }

  const cut = async (events: readonly RecordedEvent[], mode: Mode, fault: DatabaseFault): Promise<Stepped> => {
    const [event] = events
    const last = events.at(-1)
    if (event === undefined || last === undefined) throw fault
    if (events.length > 1) {
      const middle = Math.ceil(events.length / 2)
      const first = await step(events.slice(0, middle), mode)
      const second = await step(events.slice(middle), mode)
      return { position: second.position, feeds: new Map([...first.feeds, ...second.feeds]) }
    }
    const next = modes[modes.indexOf(mode) + 1]
    if (next === undefined) throw fault
    onPoison(event, fault)
    return step(events, next)
  }

  const step = async (events: readonly RecordedEvent[], mode: Mode): Promise<Stepped> => {
    const last = events.at(-1)
    if (last === undefined) return { position, feeds: new Map() }
    try {
      return await write(events, last.position, mode)
    } catch (error) {
      if (!(error instanceof DatabaseFault) || error.kind !== "refused") throw error
      if (error.code === UNIQUE_VIOLATION) throw new ProjectionCorrupt({ code: error.code })
      return cut(events, mode, error)
    }
  }

  return {
    /**
     * Folds and writes the events that follow the last step. Rejects with `ProjectionFenced`, `ProjectionCorrupt` or a
     * `DatabaseFault`; after any of them the stepper is not to be used again.
     */
    step: async (events: readonly RecordedEvent[]): Promise<Stepped> => {
      const stepped = await step(events, "fold")
      const newest = events.at(-1)
      if (newest !== undefined) projectionLag.set(Math.max(0, (Date.now() - Date.parse(newest.at)) / 1000))
      return stepped
    },
    position: () => position,
  }
}
