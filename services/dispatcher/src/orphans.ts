import { streams, type RecordedEvent } from "@muster/domain"
import type { AssignmentReport } from "@muster/contracts"
import type { ReportEntry } from "@muster/team-bus"
import type { Core } from "#src/core.ts"
import type { DeadLetters } from "#src/dead-letters.ts"
import { MINUTE_MILLIS, ORPHAN_LOOKS_PER_MINUTE } from "#src/limits.ts"
import { readWholeStream } from "#src/load.ts"
import type { MemberEntry } from "#src/model/member.ts"

/** What became of a report that names an assignment which is not current. */
export type Unfenced = "stale" | "orphan" | "later"

export interface Orphans {
  /**
   * Tells a late report (its assignment ended before: nothing new) from one of an assignment that the log never gave out. The latter
   * means that the log was restored from an older copy and an agent worked on in what was lost: nothing of it can be recorded, so a
   * person must hear of it. It becomes a dead letter with the reason. "later": the log could not be asked; keep the report.
   */
  readonly judge: (member: MemberEntry, entry: ReportEntry, report: AssignmentReport) => Promise<Unfenced>
}

/** Reports that end an assignment: one dead letter for each piece of lost work is enough. */
const OUTCOMES: ReadonlySet<AssignmentReport["kind"]> = new Set(["succeeded", "failed", "cancelled", "lost", "refused"])

const givesOut = (event: RecordedEvent, assignmentId: string): boolean => {
  if (event.type !== "TaskAssigned") return false
  const data = event.data as { readonly assignmentId?: unknown } | null
  return data?.assignmentId === assignmentId
}

export const makeOrphans = ({ store, log }: Pick<Core, "store" | "log">, deadLetters: DeadLetters): Orphans => {
  let window = { fromMillis: 0, looks: 0 }

  /** Somebody who makes assignments up must not keep the log busy with looking for them. */
  const mayLook = (nowMillis: number): boolean => {
    if (nowMillis - window.fromMillis >= MINUTE_MILLIS) window = { fromMillis: nowMillis, looks: 0 }
    window.looks += 1
    return window.looks <= ORPHAN_LOOKS_PER_MINUTE
  }

  return {
    judge: async (member, entry, report) => {
      if (!OUTCOMES.has(report.kind) || !mayLook(performance.now())) return "stale"
      const { taskId, assignmentId, kind } = report
      let events: readonly RecordedEvent[]
      try {
        events = await readWholeStream(store, streams.task(taskId))
      } catch (error) {
        log.warn({ reason: error instanceof Error ? error.message : "unknown" }, "a late report cannot be judged yet")
        return "later"
      }
      if (events.some((event) => givesOut(event, assignmentId))) return "stale"
      const unknown = events.length === 0 ? " (unknown here)" : ""
      const reason = `reported "${kind}" on task ${taskId}${unknown} under an assignment that was never given out here: the log was restored from an older copy, and what was done since can not be recorded`
      const raw = JSON.stringify(entry.envelope ?? report)
      return (await deadLetters.bury(member, { stream: "out", entryId: entry.entryId, reason, raw }))
        ? "orphan"
        : "later"
    },
  }
}
