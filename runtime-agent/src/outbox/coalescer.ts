import type { AssignmentReport } from "@muster/contracts"
import type { AssignmentId, TaskId } from "@muster/domain"
import type { JournalState } from "#src/journal/fold.ts"
import type { Outbox } from "#src/outbox/outbox.ts"

export interface OfAssignment {
  readonly assignmentId: AssignmentId
  readonly taskId: TaskId
}

/**
 * Coalesces what one assignment says again and again: at most one report in an interval, and none while an earlier one is not
 * acknowledged or the outbox is full. What comes meanwhile is folded into one waiting update, in memory. So such reports can never
 * fill the outbox, however long the dispatcher is away, and report numbers never have to skip.
 */
export interface Coalescer<U> {
  readonly offer: (assignment: OfAssignment, update: U) => void
  /** Reports what waits, at once: the outcome follows. */
  readonly flush: (assignmentId: AssignmentId) => void
  /** Forgets the assignment and its waiting update. */
  readonly close: (assignmentId: AssignmentId) => void
}

export interface CoalescerOptions<U> {
  readonly outbox: Outbox
  readonly state: JournalState
  readonly intervalMillis: number
  /** The waiting update with a newer one taken in. */
  readonly fold: (waiting: U | undefined, update: U) => U
  readonly report: (assignment: OfAssignment, update: U) => AssignmentReport
  readonly onError: (error: unknown) => void
}

interface Waiting<U> {
  readonly taskId: TaskId
  update: U | undefined
  lastMillis: number
  lastSeq: number | undefined
  isReporting: boolean
  timer: NodeJS.Timeout | undefined
}

export const createCoalescer = <U>(options: CoalescerOptions<U>): Coalescer<U> => {
  const { outbox, state, intervalMillis, fold, report, onError } = options
  const assignments = new Map<AssignmentId, Waiting<U>>()

  const send = (assignmentId: AssignmentId, entry: Waiting<U>, update: U): void => {
    entry.update = undefined
    entry.lastMillis = performance.now()
    entry.isReporting = true
    const reported = async (): Promise<void> => {
      const { seq } = await outbox.report(report({ assignmentId, taskId: entry.taskId }, update))
      entry.isReporting = false
      entry.lastSeq = seq
      attempt(assignmentId, entry)
    }
    reported().catch(onError)
  }

  const attempt = (assignmentId: AssignmentId, entry: Waiting<U>): void => {
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
    send(assignmentId, entry, entry.update)
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
      entry.update = fold(entry.update, update)
      attempt(assignmentId, entry)
    },
    flush: (assignmentId) => {
      const entry = assignments.get(assignmentId)
      if (entry?.update !== undefined) send(assignmentId, entry, entry.update)
    },
    close: (assignmentId) => {
      clearTimeout(assignments.get(assignmentId)?.timer)
      assignments.delete(assignmentId)
    },
  }
}
