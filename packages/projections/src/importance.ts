import { catalogue, type EventType } from "@muster/domain"

/** How much an event says: `key` moves a state or a decision, `detail` says that work goes on, all others are `normal`. */
export type Importance = "key" | "normal" | "detail"

/** What people look for in a history: what went wrong, what waited for somebody, and what a person did. */
export const signals = ["failure", "ask", "human"] as const
export type Signal = (typeof signals)[number]

/** Something went wrong, whether or not it healed later. */
export const FAILURE_TYPES: readonly EventType[] = [
  "TaskFailed",
  "TaskRetryScheduled",
  "TaskLeaseExpired",
  "TaskExpired",
  "TaskDeadLettered",
  "MemberBlocked",
  "MemberStopOrdered",
  "MemberInboxQuarantined",
  "MemberEntryDeadLettered",
]

/** Work waits for a person from here on. */
export const ASK_TYPES: readonly EventType[] = ["TaskQuestionAsked", "TaskApprovalRequested"]

/** Says only that things go on. */
export const DETAIL_TYPES: readonly EventType[] = [
  "TaskProgressed",
  "TaskStepRecorded",
  "TaskUsageRecorded",
  "TaskReady",
  "TaskRetryDue",
  "MemberPresent",
]

/** Says how something ended, or what was decided about it. */
export const KEY_TYPES: readonly EventType[] = [
  ...FAILURE_TYPES,
  ...ASK_TYPES,
  "TaskDispatched",
  "TaskChildDispatched",
  "TaskQuestionAnswered",
  "TaskApprovalDecided",
  "TaskSucceeded",
  "TaskCancelled",
  "TaskCancelRequested",
  "TaskRetried",
  "TaskRedriven",
  "TaskDiscarded",
  "TaskSteered",
  "TeamCreated",
  "TeamArchived",
  "TeamRestored",
  "TeamPaused",
  "TeamResumed",
  "TeamHalted",
  "TeamReleased",
  "MemberAdded",
  "MemberRemoved",
  "ChatMessagePosted",
]

const KEY: ReadonlySet<string> = new Set(KEY_TYPES)
const DETAIL: ReadonlySet<string> = new Set(DETAIL_TYPES)
const FAILURE: ReadonlySet<string> = new Set(FAILURE_TYPES)
const ASK: ReadonlySet<string> = new Set(ASK_TYPES)

/** Types that this version does not know count as normal: they are shown, never hidden. */
export const importanceOf = (type: string): Importance =>
  KEY.has(type) ? "key" : DETAIL.has(type) ? "detail" : "normal"

interface Signalling {
  readonly type: string
  readonly meta: { readonly actor: { readonly kind: string } }
}

/** Whether an event is what somebody looks for. */
export const hasSignal = (event: Signalling, signal: Signal): boolean => {
  switch (signal) {
    case "failure":
      return FAILURE.has(event.type)
    case "ask":
      return ASK.has(event.type)
    case "human":
      return event.meta.actor.kind === "person"
    default:
      return signal satisfies never
  }
}

/** Every type there is, for choosing one. */
export const EVENT_TYPES = Object.keys(catalogue).toSorted() as readonly EventType[]
