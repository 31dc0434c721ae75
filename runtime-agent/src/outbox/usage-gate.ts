import type { Usage } from "@muster/domain"
import type { JournalState } from "#src/journal/fold.ts"
import { type Coalescer, createCoalescer } from "#src/outbox/coalescer.ts"
import type { Outbox } from "#src/outbox/outbox.ts"

/** The last totals leave before the outcome. */
export type UsageGate = Coalescer<Usage>

export const createUsageGate = (
  outbox: Outbox,
  state: JournalState,
  intervalMillis: number,
  onError: (error: unknown) => void,
): UsageGate =>
  createCoalescer<Usage>({
    outbox,
    state,
    intervalMillis,
    fold: (_waiting, usage) => usage,
    report: (ids, usage) => ({ kind: "usage", ...ids, usage }),
    onError,
  })
