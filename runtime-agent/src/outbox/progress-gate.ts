import type { AssignmentId, TaskId } from "@muster/domain"
import type { JournalState } from "#src/journal/fold.ts"
import type { Outbox } from "#src/outbox/outbox.ts"

export interface ProgressUpdate {
  readonly percent?: number
  readonly note?: string
}

/**
 * Coalesces progress: of each assignment at most one report in `intervalMillis`, and none while an earlier one is not acknowledged
 * or the outbox is full. What comes meanwhile is folded into one waiting update, in memory. So progress can never fill the
 * outbox, however long the dispatcher is away, and report numbers never have to skip.
 */
export interface ProgressGate {
  readonly offer: (assignment: { assignmentId: AssignmentId; taskId: TaskId }, update: ProgressUpdate) => void
  /** Forgets the assignment and its waiting update: its outcome says more. */
  readonly close: (assignmentId: AssignmentId) => void
}

interface Waiting {
  readonly taskId: TaskId
  update: ProgressUpdate | undefined
  lastMillis: number
  lastSeq: number | undefined
  isReporting: boolean
  timer: NodeJS.Timeout | undefined
}

export const createProgressGate = (
  outbox: Outbox,
  state: JournalState,
  intervalMillis: number,
  onError: (error: unknown) => void,
): ProgressGate => {
  const assignments = new Map<AssignmentId, Waiting>()

  const attempt = (assignmentId: AssignmentId, entry: Waiting): void => {
    if (entry.update === undefined || entry.isReporting || assignments.get(assignmentId) !== entry) return
    if (entry.lastSeq !== undefined && state.unacked.has(entry.lastSeq)) return
    if (outbox.isFull()) return
    const left = entry.lastMillis + intervalMillis - performance.now()
    if (left > 0) {
      entry.timer ??= setTimeout(() => {
        entry.timer = undefined
        attempt(assignmentId, entry)
      }, left)
      return
    }
    const { update } = entry
    entry.update = undefined
    entry.lastMillis = performance.now()
    entry.isReporting = true
    const report = async (): Promise<void> => {
      const { seq } = await outbox.report({ kind: "progress", assignmentId, taskId: entry.taskId, ...update })
      entry.isReporting = false
      entry.lastSeq = seq
      attempt(assignmentId, entry)
    }
    report().catch(onError)
  }

  outbox.onAcked(() => {
    for (const [assignmentId, entry] of assignments) attempt(assignmentId, entry)
  })

  return {
    offer: ({ assignmentId, taskId }, update) => {
      const entry = assignments.get(assignmentId) ?? {
        taskId,
        update: undefined,
        lastMillis: Number.NEGATIVE_INFINITY,
        lastSeq: undefined,
        isReporting: false,
        timer: undefined,
      }
      assignments.set(assignmentId, entry)
      entry.update = { ...entry.update, ...update }
      attempt(assignmentId, entry)
    },
    close: (assignmentId) => {
      clearTimeout(assignments.get(assignmentId)?.timer)
      assignments.delete(assignmentId)
    },
  }
}
