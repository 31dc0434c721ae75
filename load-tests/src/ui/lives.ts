import {
  type ApprovalId,
  approvalHash,
  type AssignmentId,
  type CommandId,
  type EventId,
  type EventMeta,
  type Fact,
  fact,
  type MemberId,
  type MessageId,
  type OrgId,
  type QuestionId,
  streams,
  type TaskId,
  type TeamId,
  toNewEvents,
  type UserId,
} from "@muster/domain"
import type { AppendRequest } from "@muster/event-store"
import { v7 } from "uuid"
import { MESSAGES_PER_GROUP, TASKS_SIDE_BY_SIDE } from "./limits.ts"

/** Whose history it is. */
export interface Cast {
  readonly org: OrgId
  readonly person: UserId
  readonly team: TeamId
  readonly members: readonly MemberId[]
}

const WORK = [
  "Draft the release notes for the next minor version",
  "Run the smoke suite against staging",
  "Find every file that nobody has touched for a year",
  "Translate the welcome mail",
  "Compare the two proposals and list what differs",
]
const NOTES = ["reading the sources", "half of it is done", "checking what was found", "writing it down"]
const SAID = [
  "The suite is green again; two tests were flaky and are mended.",
  "Shall the notes mention the new settings? They are not in the documentation yet.",
  "Done. The list is in the result, sorted by size.",
  "I will look at it as soon as the token is there.",
]

const ASKED = { action: "Delete 3 files", detail: "a, b, c" }

const of = <A>(choices: readonly A[], index: number): A => {
  const found = choices[index % choices.length]
  if (found === undefined) throw new RangeError("there is nothing to choose from")
  return found
}

/** How a task ends, in the shares that a working team has. */
const endings = ["done", "done", "done", "asked", "failed", "done", "approved", "done", "cancelled", "done"] as const

interface Part {
  readonly by: "member" | "person" | "dispatcher"
  readonly facts: readonly Fact[]
}

/** A task from its dispatch to its outcome, in parts that others' events may lie between. What was dispatched is assigned in the same breath. */
const lifeOf = (
  { team, members }: Cast,
  index: number,
): { readonly taskId: TaskId; readonly parts: readonly Part[] } => {
  const taskId = v7() as TaskId
  const assignmentId = v7() as AssignmentId
  const memberId = of(members, index)
  const ending = of(endings, index)
  const spec = {
    title: of(WORK, index),
    instructions: `${of(WORK, index)}. Say what is undecided, one line each.`,
    inputs: {},
    runtimeOptions: {},
    memberId,
    priority: 0,
    retry: { maxAttempts: 1, backoffMillis: 1_000 },
    timeLimitMillis: 600_000,
    after: [],
  }
  const byMember = (...facts: readonly Fact[]): Part => ({ by: "member", facts })
  const byPerson = (...facts: readonly Fact[]): Part => ({ by: "person", facts })
  const progress = (seq: number): Part =>
    byMember(fact("TaskProgressed", { assignmentId, seq, percent: seq * 20, note: of(NOTES, seq) }))
  const step = (seq: number, status: "running" | "completed"): Part =>
    byMember(
      fact("TaskStepRecorded", {
        assignmentId,
        seq,
        step: { stepId: `step-${index}`, kind: "tool", status, title: "Read the notes", detail: '{"path":"notes.md"}' },
      }),
    )
  const questionId = v7() as QuestionId
  const approvalId = v7() as ApprovalId
  const result = { summary: "Four questions are open.", exitCode: 0, output: { bytes: 0, isTruncated: false } }
  const done = byMember(fact("TaskSucceeded", { assignmentId, result }))
  const ends: Readonly<Record<(typeof endings)[number], readonly Part[]>> = {
    done: [progress(4), done],
    asked: [
      byMember(
        fact("TaskQuestionAsked", {
          assignmentId,
          questionId,
          text: "Which of the two?",
          choices: ["First", "Second"],
        }),
      ),
      byPerson(fact("TaskQuestionAnswered", { questionId, answer: "First" })),
      done,
    ],
    approved: [
      byMember(fact("TaskApprovalRequested", { assignmentId, approvalId, ...ASKED, hash: approvalHash(ASKED) })),
      byPerson(fact("TaskApprovalDecided", { approvalId, isApproved: true, comment: "", hash: approvalHash(ASKED) })),
      done,
    ],
    failed: [byMember(fact("TaskFailed", { assignmentId, reason: "exit-code", message: "it ended with 2" }))],
    cancelled: [
      byPerson(fact("TaskCancelRequested", { reason: "not needed any more" })),
      byMember(fact("TaskCancelled", { assignmentId, reason: "not needed any more" })),
    ],
  }
  return {
    taskId,
    parts: [
      {
        by: "dispatcher",
        facts: [
          fact("TaskDispatched", { taskId, teamId: team, spec, requestHash: "measured" }),
          fact("TaskAssigned", { assignmentId, memberId, run: 1, attempt: 1, epoch: 1 }),
        ],
      },
      byMember(fact("TaskStarted", { assignmentId })),
      progress(1),
      step(2, "running"),
      step(3, "completed"),
      ...ends[ending],
    ],
  }
}

/** Makes the history of a busy team, endlessly: groups of tasks that go on side by side, and what is said between them. */
export const makeLives = (cast: Cast) => {
  const { org, person, team, members } = cast
  let tasks = 0
  let messages = 0

  const request = (stream: string, expectedRevision: number | "any", by: Part["by"], facts: readonly Fact[]) => {
    const commandId = v7() as CommandId
    const actors: Readonly<Record<Part["by"], EventMeta["actor"]>> = {
      member: { kind: "member", id: of(members, tasks), via: "bus" },
      person: { kind: "person", id: person, via: "web" },
      dispatcher: { kind: "system", id: "dispatcher", via: "service" },
    }
    const meta: EventMeta = { org, team, actor: actors[by], commandId, correlationId: commandId }
    return { stream, expectedRevision, events: toNewEvents(facts, meta, () => v7() as EventId) }
  }

  const group = (): readonly AppendRequest[] => {
    const lives = Array.from({ length: TASKS_SIDE_BY_SIDE }, () => lifeOf(cast, tasks++))
    const requests: AppendRequest[] = []
    const written = new Map<string, number>()
    for (let at = 0; lives.some(({ parts }) => parts.length > at); at += 1)
      for (const { taskId, parts } of lives) {
        const part = parts[at]
        if (part === undefined) continue
        const revision = written.get(taskId) ?? 0
        requests.push(request(streams.task(taskId), revision, part.by, part.facts))
        written.set(taskId, revision + part.facts.length)
      }
    for (let said = 0; said < MESSAGES_PER_GROUP; said += 1) {
      messages += 1
      const message = fact("ChatMessagePosted", {
        messageId: v7() as MessageId,
        text: `${of(SAID, messages)} (${messages})`,
        mentions: [],
      })
      requests.push(request(streams.chat(team), "any", messages % 3 === 0 ? "person" : "member", [message]))
    }
    return requests
  }

  /** Whole groups with at least so many events. */
  return (atLeast: number): readonly AppendRequest[] => {
    const requests: AppendRequest[] = []
    for (let events = 0; events < atLeast;) {
      const more = group()
      requests.push(...more)
      events += more.reduce((sum, each) => sum + each.events.length, 0)
    }
    return requests
  }
}
