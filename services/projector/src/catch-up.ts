import {
  BUILD_STEP_EVENTS,
  PAGE_EVENTS,
  STEP_CHARACTERS,
  STEP_EVENTS,
  STEP_INTERVAL_MILLIS,
  STEP_REST_FACTOR,
  STEP_REST_MAX_MILLIS,
} from "#src/limits.ts"
import { readAhead } from "#src/read-ahead.ts"
import type { Stepped, Stepper } from "#src/step.ts"
import { comparePositions, type Position, type RecordedEvent } from "@muster/domain"
import type { EventStore } from "@muster/event-store"
import { pause } from "@muster/platform"

export interface FollowOptions {
  readonly events: EventStore
  readonly stepper: Stepper
  readonly signal: AbortSignal
  /** Events of one read. Default: `PAGE_EVENTS`. */
  readonly pageEvents?: number
  /** A stretch is about to be worked on. */
  readonly onTaken?: (events: readonly RecordedEvent[]) => void
  /** A step is written. `isIdle`: and nothing is under way. */
  readonly onStepped: (stepped: Stepped, isIdle: boolean) => void
  /** Ends as soon as this position is written. */
  readonly upTo?: Position
}

/** Steps through the log until the signal aborts or `upTo` is written: in large steps when it is far ahead, at once when it is not. */
export const follow = async (options: FollowOptions): Promise<void> => {
  const { events, stepper, signal, pageEvents = PAGE_EVENTS, onTaken = () => undefined, onStepped, upTo } = options
  if (upTo !== undefined && comparePositions(stepper.position(), upTo) >= 0) return
  const over = new AbortController()
  const pages = events.subscribe({
    after: stepper.position(),
    batchSize: pageEvents,
    signal: AbortSignal.any([signal, over.signal]),
  })
  const reach = upTo === undefined ? { maxEvents: STEP_EVENTS } : { maxEvents: BUILD_STEP_EVENTS, upTo }
  const ahead = readAhead({ pages, pageEvents, maxWeight: STEP_CHARACTERS, ...reach })
  const tell = (stepped: Stepped | undefined, isIdle: boolean): void => {
    if (stepped !== undefined) onStepped(stepped, isIdle)
  }
  try {
    for (let taken = await ahead.take(); taken !== undefined; taken = await ahead.take()) {
      const sinceMillis = performance.now()
      onTaken(taken)
      tell(await stepper.push(taken), false)
      // While this is written, the next is folded.
      if (ahead.isReady()) continue
      tell(await stepper.settle(), true)
      const tookMillis = performance.now() - sinceMillis
      const restMillis = Math.max(
        STEP_INTERVAL_MILLIS - tookMillis,
        Math.min(tookMillis * STEP_REST_FACTOR, STEP_REST_MAX_MILLIS),
      )
      if (restMillis > 0) await pause(restMillis, signal)
    }
    tell(await stepper.settle(), true)
  } finally {
    over.abort()
  }
}
