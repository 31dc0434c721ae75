import type { TaskDoc } from "@muster/contracts"
import { isClosed } from "@muster/domain"

export interface PhaseCounts {
  /** Waits for a person. */
  readonly needsYou: number
  /** Everything else that has not ended. */
  readonly open: number
  readonly done: number
  /** Ended some other way than well. */
  readonly failed: number
}

/** How some of a team's tasks stand. Those that are not shown any more count as nothing. */
export function phaseCounts(tasks: Readonly<Record<string, TaskDoc>>, ids: ReadonlyArray<string>): PhaseCounts {
  const counts = { needsYou: 0, open: 0, done: 0, failed: 0 }
  for (const id of ids) {
    const phase = tasks[id]?.phase
    if (phase === undefined) continue
    if (phase === "needs-input" || phase === "needs-approval") counts.needsYou += 1
    else if (!isClosed(phase)) counts.open += 1
    else if (phase === "succeeded") counts.done += 1
    else counts.failed += 1
  }
  return counts
}
