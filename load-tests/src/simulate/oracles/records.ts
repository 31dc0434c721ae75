import type { PoolTarget, TaskSpec } from "@muster/domain"

/** How the oracles see a task: told by its events alone, by rules of their own. */
export interface HeldRecord {
  readonly id: string
  readonly memberId: string
  readonly position: number
  readonly sinceMillis: number
  isStarted: boolean
  isPaused: boolean
  readonly openRequests: Set<string>
  /** Hashes of what was asked leave for. */
  readonly shown: Map<string, string>
  readonly requests: Set<string>
  /** Those that a person has answered. */
  readonly answered: Set<string>
  /** Time that counts against the limit. */
  activeMillis: number
  activeSinceMillis: number | undefined
  cancelAskedMillis: number | undefined
}

export interface TaskRecord {
  readonly id: string
  readonly teamId: string
  readonly spec: TaskSpec
  /** Empty while it is in a pool. */
  memberId: string
  pool: PoolTarget | undefined
  phase: "waiting" | "queued" | "held" | "retrying" | "closed"
  run: number
  /** Outcomes of the run that is current or was last. */
  outcomes: number
  closedAs: string | undefined
  closedMillis: number
  /** It ended otherwise than well at some time. */
  everFailed: boolean
  held: HeldRecord | undefined
  epoch: number
  failures: number
  leaseLosses: number
  isCancelAsked: boolean
  dueMillis: number
  priority: number
  /** When its place in the queue was last decided. */
  orderedMillis: number
  queuedMillis: number
  queuedPosition: number
  /** Of the event that began the run. */
  runPosition: number
  /** Files of the run. */
  artifacts: Set<string>
}

/** The last words of a turn that has succeeded. */
export interface OwedWords {
  readonly taskId: string
  readonly assignmentId: string
  readonly memberId: string
  readonly text: string
}

export interface MemberRecord {
  readonly id: string
  readonly teamId: string
  /** Every number of slots it had, and since when. */
  readonly slots: { readonly millis: number; readonly count: number }[]
  readonly skills: { readonly millis: number; readonly names: readonly string[] }[]
  pausedPosition: number | undefined
  drainingPosition: number | undefined
  removedPosition: number | undefined
  removedMillis: number
  incarnation: string | undefined
  isPresent: boolean
}

export interface TeamRecord {
  readonly id: string
  pausedPosition: number | undefined
  drainingPosition: number | undefined
  haltedPosition: number | undefined
  releasedMillis: number
}

export const isClosing = (type: string): boolean =>
  type === "TaskSucceeded" ||
  type === "TaskFailed" ||
  type === "TaskCancelled" ||
  type === "TaskExpired" ||
  type === "TaskDeadLettered"
