/** What has to be known of a report to thin out what agents say again and again. */
interface Report {
  readonly kind: string
}

/** Kinds of which only the newest counts. */
export type Repeated = "progress" | "usage"

export const isRepeated = (kind: string): kind is Repeated => kind === "progress" || kind === "usage"

export interface Thinned<R> {
  /** To be decided now, in order. */
  readonly now: readonly R[]
  /** The newest of their kinds, which come too soon after the last ones: to be looked at again when they are due. */
  readonly later: readonly R[]
  /** What a newer one of its kind, or the outcome, makes needless. */
  readonly dropped: readonly R[]
}

const outcomes = new Set(["succeeded", "failed", "cancelled", "lost", "refused"])

/**
 * Keeps of one task's reports at most one progress and one usage, the newest, and that only if the last recorded one of the kind is long
 * enough ago or there was none. An outcome makes all progress before it needless, and lets the last usage in.
 */
export const thinReports = <R extends Report>(
  reports: readonly R[],
  isTooSoon: (kind: Repeated) => boolean,
): Thinned<R> => {
  const isEnded = reports.some((report) => outcomes.has(report.kind))
  const now: R[] = []
  const later: R[] = []
  const dropped: R[] = []
  for (const [index, report] of reports.entries()) {
    const { kind } = report
    if (!isRepeated(kind)) now.push(report)
    else if (index !== reports.findLastIndex((other) => other.kind === kind)) dropped.push(report)
    else if (isEnded && kind === "progress") dropped.push(report)
    else if (!isEnded && isTooSoon(kind)) later.push(report)
    else now.push(report)
  }
  return { now, later, dropped }
}
