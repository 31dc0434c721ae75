import fc from "fast-check"
import type { AssignmentId, MemberId, MessageId, QuestionId, TaskId, TeamId } from "#src/ids.ts"
import type { TaskSpec } from "#src/events/task.ts"
import type { DispatcherCommand, TaskCommand, TaskReport } from "#src/task/decide.ts"
import type { NewTarget } from "#src/task/reassign.ts"

export const uuid = (n: number) => `00000000-0000-7000-8000-${String(n).padStart(12, "0")}`
export const team = uuid(1) as TeamId
export const task = uuid(2) as TaskId
export const member = uuid(3) as MemberId
export const assignment = (n: number) => uuid(100 + n) as AssignmentId
export const message = uuid(4) as MessageId
export const question = (n: number) => uuid(200 + n) as QuestionId

export const spec = (over: Partial<TaskSpec> = {}): TaskSpec => ({
  title: "Count the words",
  instructions: "wc -w *.md",
  inputs: {},
  runtimeOptions: {},
  memberId: member,
  priority: 5,
  retry: { maxAttempts: 2, backoffMillis: 1_000 },
  timeLimitMillis: 60_000,
  after: [],
  ...over,
})

const assignmentArb = fc.integer({ min: 1, max: 4 }).map(assignment)
const output = { bytes: 3, isTruncated: false }

const command: fc.Arbitrary<TaskCommand> = fc.oneof(
  fc.constant<TaskCommand>({ kind: "cancel", reason: "no longer needed" }),
  fc.constant<TaskCommand>({ kind: "retry" }),
  fc.constant<TaskCommand>({ kind: "redrive" }),
  fc.constant<TaskCommand>({ kind: "pause" }),
  fc.constant<TaskCommand>({ kind: "resume" }),
  fc.integer({ min: 0, max: 9 }).map((priority): TaskCommand => ({ kind: "prioritise", priority })),
  fc
    .constantFrom<NewTarget>({ memberId: member }, { memberId: uuid(5) as MemberId }, { pool: { skills: ["rust"] } })
    .map((target): TaskCommand => ({ kind: "reassign", target })),
  fc
    .boolean()
    .map((isInterrupt): TaskCommand => ({ kind: "steer", messageId: message, text: "in euros, please", isInterrupt })),
  fc.integer({ min: 1, max: 3 }).map((n): TaskCommand => ({ kind: "answer", questionId: question(n), answer: "yes" })),
)
const dispatcher: fc.Arbitrary<DispatcherCommand> = fc.oneof(
  fc.constant<DispatcherCommand>({ kind: "make-ready" }),
  fc.constant<DispatcherCommand>({ kind: "dependency-failed", message: "T-1 failed" }),
  assignmentArb.map((assignmentId): DispatcherCommand => ({ kind: "assign", assignmentId, memberId: member })),
  fc.constant<DispatcherCommand>({ kind: "retry-due" }),
  fc.constant<DispatcherCommand>({ kind: "expire", deadlineAt: "2026-01-01T00:00:00.000Z" }),
  fc.constant<DispatcherCommand>({ kind: "dead-letter", reason: "poison", message: "cannot be read" }),
  assignmentArb.map((assignmentId): DispatcherCommand => ({
    kind: "lose-lease",
    assignmentId,
    lastHeardAt: null,
    reason: "no-heartbeat",
  })),
  assignmentArb.map((assignmentId): DispatcherCommand => ({ kind: "enforce-time-limit", assignmentId })),
)
const report: fc.Arbitrary<TaskReport> = fc
  .tuple(assignmentArb, fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 3 }), fc.boolean(), fc.nat(7))
  .map(([assignmentId, seq, n, isRetryable, kind]): TaskReport => {
    const reports: readonly TaskReport[] = [
      { kind: "started", assignmentId },
      { kind: "progress", assignmentId, seq, percent: 10 },
      { kind: "question", assignmentId, questionId: question(n), text: "Which branch?", choices: [] },
      { kind: "succeeded", assignmentId, result: { summary: "done", output } },
      { kind: "failed", assignmentId, reason: "exit-code", message: "exit 1", isRetryable },
      { kind: "cancelled", assignmentId },
      { kind: "lost", assignmentId },
      { kind: "refused", assignmentId, message: "no such runtime" },
    ]
    return reports[kind] as TaskReport
  })

export type Step =
  | { readonly by: "person"; readonly command: TaskCommand }
  | { readonly by: "dispatcher"; readonly command: DispatcherCommand }
  | { readonly by: "agent"; readonly report: TaskReport }

/** Any order of anything that can be asked of a task. */
export const steps = fc.array(
  fc.oneof(
    { weight: 2, arbitrary: command.map((c): Step => ({ by: "person", command: c })) },
    { weight: 3, arbitrary: dispatcher.map((c): Step => ({ by: "dispatcher", command: c })) },
    { weight: 4, arbitrary: report.map((r): Step => ({ by: "agent", report: r })) },
  ),
  { maxLength: 60 },
)
