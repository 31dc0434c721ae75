import type { ControlMessage } from "@muster/contracts"
import type { AssignmentId } from "@muster/domain"
import type { Log } from "#src/log.ts"
import type { Session } from "#src/runtimes/contract.ts"
import type { OpenTools } from "#src/tools/index.ts"
import type { TimeBudget } from "#src/work/time-budget.ts"

export type AssignmentControl = Extract<ControlMessage, { readonly assignmentId: AssignmentId }>

/** An assignment at work. */
export interface Running {
  session: Session | undefined
  /** Of a session that wants them: its questions may be theirs. */
  tools: OpenTools | undefined
  budget: TimeBudget | undefined
  /** What came before the session was there. */
  readonly early: AssignmentControl[]
  readonly asked: Set<string>
  /** What people said, by id: each is handed over once. */
  readonly heard: Set<string>
  readonly cancelled: AbortController
  isPaused: boolean
}

/** Hands a control message to the session; a cancel is handled before, also without a session. */
export const apply = (log: Log, running: Running, message: AssignmentControl): void => {
  const { session, budget, asked } = running
  if (session === undefined) {
    running.early.push(message)
    return
  }
  switch (message.kind) {
    case "cancel":
      return
    case "pause":
      running.isPaused = true
      budget?.hold("paused")
      return session.pause()
    case "resume":
      running.isPaused = false
      budget?.release("paused")
      return session.resume()
    case "steer":
      if (running.heard.has(message.messageId)) return
      running.heard.add(message.messageId)
      // Who waits for a person is not interrupted: its request would stay open with nobody to hear the answer.
      if (session.steer === undefined)
        log.info({ assignmentId: message.assignmentId }, "what a person said cannot be heard in this runtime")
      session.steer?.(message.text, message.isInterrupt && asked.size === 0)
      return
    case "answer":
      if (!asked.delete(message.questionId)) return
      budget?.release(message.questionId)
      if (running.tools?.answer(message.questionId, message.answer) === true) return
      return session.answer(message.questionId, message.answer)
    case "approval":
      if (!asked.delete(message.approvalId)) return
      budget?.release(message.approvalId)
      if (running.tools?.decide(message.approvalId, message.isApproved, message.comment) === true) return
      return session.decide(message.approvalId, message.isApproved, message.comment)
    default:
      message satisfies never
      log.warn({ message }, "an unknown control message was left out")
  }
}
