import type { JournalState } from "#src/journal/fold.ts"
import { type Coalescer, createCoalescer } from "#src/outbox/coalescer.ts"
import type { Outbox } from "#src/outbox/outbox.ts"

export interface ProgressUpdate {
  readonly percent?: number
  readonly note?: string
}

/** What waits of progress is forgotten at the end: the outcome says more. */
export type ProgressGate = Pick<Coalescer<ProgressUpdate>, "offer" | "close">

export const createProgressGate = (
  outbox: Outbox,
  state: JournalState,
  intervalMillis: number,
  onError: (error: unknown) => void,
): ProgressGate =>
  createCoalescer<ProgressUpdate>({
    outbox,
    state,
    intervalMillis,
    fold: (waiting, update) => ({ ...waiting, ...update }),
    report: (ids, update) => ({ kind: "progress", ...ids, ...update }),
    onError,
  })
