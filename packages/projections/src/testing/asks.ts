import { decideChild } from "@muster/domain"
import type {
  AssignmentId,
  Decision,
  DispatcherCommand,
  MemberId,
  TaskCommand,
  TaskId,
  TaskReport,
  TaskSpec,
  TaskState,
  TaskStep,
  TaskTemplate,
} from "@muster/domain"
import type { Dice } from "#src/testing/dice.ts"

/** What may be asked of a task: mostly what makes its story go on, sometimes what does not apply. */

export interface Asks {
  readonly dice: Dice
  readonly mint: () => string
}

/** Mostly for a member, sometimes for whoever has the skill. */
const target = (memberId: MemberId, dice: Dice) =>
  dice.oneIn(6) ? { pool: { skills: ["Counting"] } } : ({ memberId } as const)

export const template = (memberId: MemberId, dice: Dice): TaskTemplate => ({
  title: `Count the words of chapter ${dice.below(50)}`,
  instructions: "wc -w *.md",
  inputs: { chapter: String(dice.below(50)) },
  runtimeOptions: {},
  ...target(memberId, dice),
  priority: dice.below(10),
  retry: { maxAttempts: 1 + dice.below(3), backoffMillis: 1_000 },
  timeLimitMillis: 60_000,
})

export const spec = (memberId: MemberId, after: readonly TaskId[], dice: Dice): TaskSpec => ({
  ...template(memberId, dice),
  after,
  ...(dice.oneIn(10) ? { deadlineAt: "2026-04-01T00:00:00.000Z" } : {}),
})

export const personCommands = (state: TaskState, { dice, mint }: Asks, another: MemberId): TaskCommand => {
  const request = state.openRequests[0]
  if (request?.kind === "question" && !dice.oneIn(4))
    return { kind: "answer", questionId: request.id as never, answer: "main" }
  if (request?.kind === "approval" && !dice.oneIn(4))
    return {
      kind: "decide-approval",
      approvalId: request.id as never,
      isApproved: dice.oneIn(2),
      comment: "",
      hash: request.hash,
    }
  if (state.phase === "paused" && !dice.oneIn(3)) return { kind: "resume" }
  return dice.pick<TaskCommand>([
    { kind: "cancel", reason: "no longer needed" },
    { kind: "retry" },
    { kind: "retry" },
    { kind: "redrive" },
    { kind: "discard", reason: "looked at" },
    { kind: "pause" },
    { kind: "steer", messageId: mint() as never, text: "in euros, please", isInterrupt: dice.oneIn(2) },
    { kind: "resume" },
    { kind: "resume" },
    { kind: "prioritise", priority: dice.below(10) },
    { kind: "reassign", target: target(another, dice) },
    { kind: "answer", questionId: mint() as never, answer: "nobody asked" },
  ])
}

export const dispatcherCommands = (state: TaskState, { dice, mint }: Asks, holder: MemberId): DispatcherCommand => {
  const assignmentId = (state.assignment?.id ?? mint()) as never
  const memberId = state.memberId === "" ? holder : (state.memberId as MemberId)
  if (!dice.oneIn(5)) {
    if (state.phase === "queued") return { kind: "assign", assignmentId: mint() as never, memberId }
    if (state.phase === "waiting") return { kind: "make-ready" }
    if (state.phase === "retry-scheduled") return { kind: "retry-due" }
  }
  if (!dice.oneIn(3)) return { kind: "make-ready" }
  return dice.pick<DispatcherCommand>([
    { kind: "dependency-failed", message: "T-1 failed" },
    { kind: "expire", deadlineAt: "2026-04-01T00:00:00.000Z" },
    { kind: "dead-letter", reason: "poison", message: "cannot be read" },
    { kind: "lose-lease", assignmentId, lastHeardAt: null, reason: "no-heartbeat" },
    { kind: "enforce-time-limit", assignmentId },
  ])
}

/** What the agent of a task asks for by its tools: a task of its own. */
export const childOf = (state: TaskState, { mint }: Asks): Decision =>
  decideChild(state, (state.assignment?.id ?? mint()) as AssignmentId, {
    childTaskId: mint() as TaskId,
    spec: { title: "Count the rest", instructions: "", after: [] },
    ancestors: [],
    candidates: [],
    openChildren: 0,
  })

export const reports = (state: TaskState, { dice, mint }: Asks): TaskReport => {
  const assignmentId = (state.assignment?.id ?? mint()) as never
  const result = { summary: "## Done\n\nAll counted.", exitCode: 0, output: { bytes: 3, isTruncated: false } }
  // Whatever is recorded already, this comes later.
  const { lastSeq = 0, usageSeq = 0, steps } = state.assignment ?? {}
  const seq = Math.max(lastSeq, usageSeq, ...[...(steps?.byId.values() ?? [])].map((step) => step.seq)) + 1
  const step: TaskStep = {
    stepId: `s${dice.below(4)}`,
    kind: dice.pick<TaskStep["kind"]>(["tool", "message", "thought", "plan"]),
    status: dice.pick<TaskStep["status"]>(["running", "completed", "failed"]),
    title: "Read the chapter",
    detail: "chapter.md",
  }
  const sha256 = dice.below(16).toString(16).repeat(64)
  return dice.pick<TaskReport>([
    { kind: "started", assignmentId },
    { kind: "progress", assignmentId, seq: (state.assignment?.lastSeq ?? 0) + 1, percent: dice.below(101) },
    { kind: "progress", assignmentId, seq: (state.assignment?.lastSeq ?? 0) + 1, note: "reading" },
    { kind: "step", assignmentId, seq, step },
    { kind: "step", assignmentId, seq, step },
    { kind: "usage", assignmentId, seq, usage: { inputTokens: dice.below(1_000), outputTokens: 7, costMicros: 12 } },
    { kind: "question", assignmentId, questionId: mint() as never, text: "Which branch?", choices: ["main"] },
    { kind: "approval", assignmentId, approvalId: mint() as never, action: "push", detail: "" },
    { kind: "artifact", assignmentId, name: `out/${dice.below(9)}.txt`, sha256, size: 4, mediaType: "text/plain" },
    { kind: "succeeded", assignmentId, result },
    { kind: "failed", assignmentId, reason: "exit-code", message: "exit 1", isRetryable: true },
    { kind: "failed", assignmentId, reason: "error", message: "broken", isRetryable: false, result },
    { kind: "cancelled", assignmentId },
    { kind: "lost", assignmentId },
    { kind: "refused", assignmentId, message: "no such runtime" },
  ])
}
