import type { MemberDoc, NeedAbout, NeedKind, TaskDoc } from "@muster/contracts"
import type { DeadLetterReason, FailureReason, LeaseLossReason } from "@muster/domain"

/** What waits for a person, as it follows from a document. The id stays as long as it waits: something else has another one. */
export interface Need {
  readonly id: string
  readonly kind: NeedKind
  readonly about: NeedAbout
}

const LEASE_LOSSES: ReadonlySet<string> = new Set<LeaseLossReason>([
  "no-heartbeat",
  "agent-restarted",
  "member-rebound",
  "member-removed",
])

const asked = (doc: TaskDoc): readonly Need[] => [
  ...doc.approvals.map(({ id, action, detail, hash }): Need => ({
    id: `approval:${id}`,
    kind: "approval",
    about: { type: "approval", approvalId: id, action, detail, hash },
  })),
  ...doc.questions.map(({ id, text, choices }): Need => ({
    id: `question:${id}`,
    kind: "question",
    about: { type: "question", questionId: id, text, choices },
  })),
]

/** A task that an agent dispatched is that agent's to deal with: it hears how the task ended, and people see the agent's own. */
const isForPeople = (doc: TaskDoc): boolean => doc.parentTaskId === null

/** Most tasks need nobody, and every event of a task is asked about: nothing is made for them. */
const NOTHING: readonly Need[] = []

const ENDED: ReadonlySet<string> = new Set<TaskDoc["phase"]>(["failed", "expired", "dead-lettered"])

const ended = (doc: TaskDoc): readonly Need[] => {
  if (!ENDED.has(doc.phase)) return NOTHING
  const { run, failure } = doc
  const id = `run:${doc.id}:${run}`
  const message = failure?.message ?? ""
  switch (doc.phase) {
    case "failed": {
      if (!isForPeople(doc)) return []
      const reason = (failure?.reason ?? "error") as FailureReason
      return [{ id, kind: "failed", about: { type: "failed", run, reason, message } }]
    }
    case "expired": {
      if (!isForPeople(doc)) return []
      const deadlineAt = doc.deadlineAt ?? doc.endedAt ?? ""
      return [{ id, kind: "failed", about: { type: "expired", run, deadlineAt } }]
    }
    case "dead-lettered": {
      if (doc.isDiscarded) return []
      const reason = (failure?.reason ?? "poison") as DeadLetterReason
      return [{ id, kind: "dead-letter", about: { type: "dead-task", run, reason, message } }]
    }
    default:
      return NOTHING
  }
}

/** Queued because its agent was lost, and not for any other reason. */
const lost = (doc: TaskDoc): readonly Need[] => {
  const { failure } = doc
  if (doc.leaseExpiries === 0 || failure === null || !LEASE_LOSSES.has(failure.reason)) return NOTHING
  const about: NeedAbout = { type: "lost", reason: failure.reason as LeaseLossReason }
  // Given to somebody else it is another thing: it waits for that member now.
  return [{ id: `lost:${doc.id}:${doc.epoch}:${doc.memberId ?? "pool"}`, kind: "stuck", about }]
}

/** What of a task waits for a person. Nothing of one that is being cancelled: nobody has to answer it any more. */
export const taskNeeds = (doc: TaskDoc): readonly Need[] => {
  if (doc.approvals.length > 0 || doc.questions.length > 0) return doc.isCancelRequested ? [] : asked(doc)
  return doc.phase === "queued" ? lost(doc) : ended(doc)
}

/** What of a member waits for a person: it is there, and its runtime cannot work. */
export const memberNeeds = ({ id, isRemoved, blockedReason }: MemberDoc): readonly Need[] =>
  blockedReason === null || isRemoved
    ? []
    : [{ id: `blocked:${id}`, kind: "stuck", about: { type: "blocked", reason: blockedReason } }]

/** What an event changed of what waits. Something with the same id that says something else is gone and new. */
export const needsChange = (
  before: readonly Need[],
  after: readonly Need[],
): { readonly gone: readonly string[]; readonly come: readonly Need[] } => {
  if (before.length === 0 && after.length === 0) return { gone: [], come: [] }
  const isSame = (a: Need, b: Need) => a.id === b.id && JSON.stringify(a.about) === JSON.stringify(b.about)
  return {
    gone: before.filter((need) => !after.some((other) => isSame(need, other))).map(({ id }) => id),
    come: after.filter((need) => !before.some((other) => isSame(need, other))),
  }
}
