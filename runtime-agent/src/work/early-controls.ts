import type { AssignmentId } from "@muster/domain"
import { EARLY_CONTROLS_MAX, EARLY_CONTROLS_PER_ASSIGNMENT_MAX } from "#src/limits.ts"
import type { AssignmentControl } from "#src/work/at-work.ts"

/** Control messages for tasks that have not arrived yet. The oldest assignment is forgotten first. */
export interface EarlyControls {
  readonly keep: (message: AssignmentControl) => void
  readonly take: (assignmentId: AssignmentId) => readonly AssignmentControl[]
}

export const earlyControls = (): EarlyControls => {
  const kept = new Map<AssignmentId, AssignmentControl[]>()
  return {
    keep: (message) => {
      const messages = kept.get(message.assignmentId) ?? []
      if (messages.length < EARLY_CONTROLS_PER_ASSIGNMENT_MAX) messages.push(message)
      kept.set(message.assignmentId, messages)
      if (kept.size <= EARLY_CONTROLS_MAX) return
      for (const oldest of kept.keys()) {
        kept.delete(oldest)
        break
      }
    },
    take: (assignmentId) => {
      const messages = kept.get(assignmentId) ?? []
      kept.delete(assignmentId)
      return messages
    },
  }
}
