import type { AssignmentReport } from "@muster/contracts"
import {
  decideReport,
  evolveTask,
  type DecideContext,
  type TaskFact,
  type TaskReport,
  type TaskState,
} from "@muster/domain"

/** A report with what its envelope and its stream say: who wrote it is known by the key, not by the body. */
export interface SentReport {
  readonly memberId: string
  readonly seq: number
  readonly report: AssignmentReport
}

export type ReportOutcome = "recorded" | "stale" | "duplicate"

export interface ReportsDecision {
  readonly facts: readonly TaskFact[]
  /** One for each report, in order. */
  readonly outcomes: readonly ReportOutcome[]
}

const toTaskReport = ({ seq, report }: SentReport): TaskReport => {
  const { taskId: _taskId, ...rest } = report
  return rest.kind === "progress" || rest.kind === "step" || rest.kind === "usage" ? { ...rest, seq } : rest
}

/** Decides several reports of one task, in order, each on top of what the ones before it changed. */
export const decideReports = (
  state: TaskState,
  reports: readonly SentReport[],
  context: DecideContext,
): ReportsDecision => {
  const facts: TaskFact[] = []
  const outcomes: ReportOutcome[] = []
  let current = state
  for (const sent of reports) {
    // An assignment id is no secret: only the member that holds it may speak of it.
    if (current.assignment?.memberId !== sent.memberId) {
      outcomes.push("stale")
      continue
    }
    const decision = decideReport(current, toTaskReport(sent), context)
    if (decision.facts === undefined) {
      outcomes.push(decision.refusal.code === "duplicate" ? "duplicate" : "stale")
      continue
    }
    facts.push(...decision.facts)
    current = decision.facts.reduce(evolveTask, current)
    outcomes.push(decision.facts.length > 0 ? "recorded" : "duplicate")
  }
  return { facts, outcomes }
}
