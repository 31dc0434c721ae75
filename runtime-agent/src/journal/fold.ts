import type { AssignmentId, IncarnationId, TaskId } from "@muster/domain"
import { FINISHED_REMEMBERED_MAX } from "#src/limits.ts"
import type { AnyReport, JournalRecord, Outcome, StagedArtifact } from "#src/journal/records.ts"
import type { ProcessMark } from "#src/processes/tree.ts"

/** An assignment that was taken and whose outcome is not reported. */
export interface OpenAssignment {
  readonly assignmentId: AssignmentId
  readonly taskId: TaskId
  readonly entryId: string
  process: ProcessMark | undefined
  readonly artifacts: StagedArtifact[]
  concluded: { readonly outcome: Outcome; readonly isTruncated: boolean } | undefined
}

export interface UnackedReport {
  readonly seq: number
  readonly at: string
  readonly report: AnyReport
  readonly bytes: number
}

/** Everything the journal says. Changed in place by `fold`: it is the agent's hot state, and there is one writer. */
export interface JournalState {
  incarnation: IncarnationId | undefined
  nextSeq: number
  readonly open: Map<AssignmentId, OpenAssignment>
  readonly finished: Set<AssignmentId>
  /** In ascending order of `seq`. */
  readonly unacked: Map<number, UnackedReport>
  unackedBytes: number
}

export const emptyJournal = (): JournalState => ({
  incarnation: undefined,
  nextSeq: 1,
  open: new Map(),
  finished: new Set(),
  unacked: new Map(),
  unackedBytes: 0,
})

const outcomeKinds: ReadonlySet<string> = new Set(["succeeded", "failed", "cancelled", "lost", "refused"])

/** True for the report that ends an assignment. */
export const isOutcome = (report: AnyReport): boolean => outcomeKinds.has(report.kind)

const finish = (state: JournalState, assignmentId: AssignmentId): void => {
  state.open.delete(assignmentId)
  state.finished.add(assignmentId)
  if (state.finished.size <= FINISHED_REMEMBERED_MAX) return
  for (const oldest of state.finished) {
    state.finished.delete(oldest)
    break
  }
}

/** Takes one record into the state. Taking it twice changes nothing more. */
export const fold = (state: JournalState, record: JournalRecord): void => {
  switch (record.k) {
    case "opened":
      state.incarnation = record.incarnation
      state.nextSeq = Math.max(state.nextSeq, record.nextSeq)
      return
    case "taken": {
      const { assignmentId, taskId, entryId } = record
      // What has ended never opens again.
      if (state.open.has(assignmentId) || state.finished.has(assignmentId)) return
      state.open.set(assignmentId, {
        assignmentId,
        taskId,
        entryId,
        process: undefined,
        artifacts: [],
        concluded: undefined,
      })
      return
    }
    case "process": {
      const open = state.open.get(record.assignmentId)
      if (open) open.process = { pid: record.pid, started: record.started }
      return
    }
    case "artifact": {
      const open = state.open.get(record.assignmentId)
      if (open && !open.artifacts.some(({ name }) => name === record.artifact.name))
        open.artifacts.push(record.artifact)
      return
    }
    case "concluded": {
      const open = state.open.get(record.assignmentId)
      if (open) open.concluded = { outcome: record.outcome, isTruncated: record.isTruncated }
      return
    }
    case "report": {
      const { seq, at, report } = record
      const bytes = JSON.stringify(report).length
      if (!state.unacked.has(seq)) {
        state.unacked.set(seq, { seq, at, report, bytes })
        state.unackedBytes += bytes
      }
      state.nextSeq = Math.max(state.nextSeq, seq + 1)
      if (report.kind !== "poison" && isOutcome(report)) finish(state, report.assignmentId)
      return
    }
    case "acked":
      for (const seq of record.seqs) {
        const gone = state.unacked.get(seq)
        if (gone === undefined) continue
        state.unacked.delete(seq)
        state.unackedBytes -= gone.bytes
      }
      return
    case "ended":
      finish(state, record.assignmentId)
      return
    default:
      record satisfies never
  }
}

/** The shortest list of records that folds to this state. */
export const recordsOf = (state: JournalState, incarnation: IncarnationId): readonly JournalRecord[] => [
  { k: "opened", incarnation, nextSeq: state.nextSeq },
  ...[...state.finished].map((assignmentId): JournalRecord => ({ k: "ended", assignmentId })),
  ...[...state.open.values()].flatMap(({ assignmentId, taskId, entryId, process, artifacts, concluded }) => [
    { k: "taken", assignmentId, taskId, entryId } satisfies JournalRecord,
    ...(process ? [{ k: "process", assignmentId, ...process } satisfies JournalRecord] : []),
    ...artifacts.map((artifact): JournalRecord => ({ k: "artifact", assignmentId, artifact })),
    ...(concluded ? [{ k: "concluded", assignmentId, ...concluded } satisfies JournalRecord] : []),
  ]),
  ...[...state.unacked.values()].map(({ seq, at, report }): JournalRecord => ({ k: "report", seq, at, report })),
]

/** Assignments the agent answers for: open ones, and ended ones whose outcome is not in the log yet. */
export const liveAssignments = (state: JournalState): readonly AssignmentId[] => {
  const live = new Set(state.open.keys())
  for (const { report } of state.unacked.values())
    if (report.kind !== "poison" && isOutcome(report)) live.add(report.assignmentId)
  return [...live]
}
