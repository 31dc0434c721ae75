/** What has to be known of a report to thin out progress. */
interface Report {
  readonly kind: string
}

export interface Thinned<R> {
  /** To be decided now, in order. */
  readonly now: readonly R[]
  /** The newest progress, which comes too soon after the last one: to be looked at again at `dueMillis`. */
  readonly later: R | undefined
  /** Progress that a newer one or the outcome makes needless. */
  readonly dropped: readonly R[]
}

const outcomes = new Set(["succeeded", "failed", "cancelled", "lost", "refused"])

/**
 * Keeps of one task's reports at most one progress, the newest, and that only if the last recorded one is long enough ago or
 * there was none. An outcome makes all progress before it needless.
 */
export const thinProgress = <R extends Report>(reports: readonly R[], isTooSoon: boolean): Thinned<R> => {
  const newest = reports.findLastIndex((report) => report.kind === "progress")
  if (newest === -1) return { now: reports, later: undefined, dropped: [] }
  const isEnded = reports.some((report) => outcomes.has(report.kind))
  const now: R[] = []
  const dropped: R[] = []
  let later: R | undefined
  for (const [index, report] of reports.entries()) {
    if (report.kind !== "progress") now.push(report)
    else if (index !== newest || isEnded) dropped.push(report)
    else if (isTooSoon) later = report
    else now.push(report)
  }
  return { now, later, dropped }
}
