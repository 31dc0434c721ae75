import type {
  ApprovalId,
  AssignmentId,
  ConversationId,
  Inputs,
  MemberId,
  QuestionId,
  RuntimeOptions,
  TaskId,
  TaskStep,
  TeamId,
  Usage,
} from "@muster/domain"
import type { Outcome } from "#src/journal/records.ts"

export type { Outcome }

/** A file that people gave with a task. */
export interface TaskFile {
  /** Where its copy lies below the working directory, such as `attachments/plan.pdf`. */
  readonly place: string
  readonly mediaType: string
  readonly size: number
  /** The agent's own copy; absent when the bytes are lost. */
  readonly source?: string
}

/** One task, as a runtime sees it. `options` are the member's, overridden key by key by the task's. */
export interface RuntimeTask {
  readonly taskId: TaskId
  readonly assignmentId: AssignmentId
  readonly teamId: TeamId
  readonly memberId: MemberId
  readonly title: string
  readonly instructions: string
  readonly inputs: typeof Inputs.Type
  readonly options: RuntimeOptions
  /** For effects outside Muster: the same for every attempt of the task. */
  readonly idempotencyKey: string
  /** A message of the chat: `instructions` is what was said. A runtime that can goes on in the session it had under this id. */
  readonly conversationId?: ConversationId
  /** The runtime lays copies into the working directory. */
  readonly files?: readonly TaskFile[]
  /** For a runtime that needs one. */
  readonly model?: ModelAccess
}

/** Where a model answers. The key is a secret: to the process by a file or a variable that only its account can read, never an argument. */
export interface ModelAccess {
  /** OpenAI-compatible, up to `/v1`; the Anthropic dialect is at `/v1/messages` of the same origin. */
  readonly baseUrl: string
  readonly apiKey: string
  readonly model: string
}

/** The team tools of one assignment: MCP over streamable HTTP on loopback. */
export interface ToolAccess {
  readonly url: string
  /** Bearer; void when the session has ended. */
  readonly token: string
  /** Resolves when a program has asked which tools there are. */
  readonly listed: Promise<void>
}

/** What the agent itself declared by the `complete` tool. */
export interface Completion {
  readonly status: "succeeded" | "failed"
  readonly summary: string
}

/** A file to keep: bytes in memory, or something that is read once. */
export interface ArtifactSource {
  readonly name: string
  readonly bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>
}

/**
 * What a session may ask of the agent. A promise that is slow is back pressure: the session waits for it.
 * `progress`, `step` and `usage` never wait; progress and usage are coalesced.
 */
export interface SessionHost {
  readonly progress: (update: { readonly percent?: number; readonly note?: string }) => void
  /**
   * Something the session does. Tools when they begin and when they end, under the same id; text when it is complete (its stream is
   * output). Texts are cut to their limits; what comes faster than it can be recorded is folded together by id, and too many are left out.
   */
  readonly step: (step: TaskStep) => void
  /** Totals of the session so far. */
  readonly usage: (usage: Usage) => void
  /** Present for a runtime that wants them. */
  readonly tools?: ToolAccess
  /** What the `complete` tool was told, if it was called. */
  readonly completion: () => Completion | undefined
  /** Work that the session dispatched and that is still open, in words for it; undefined when there is none. */
  readonly unfinished?: () => Promise<string | undefined>
  /**
   * The agent's place in the team by its role, in words for it: whom it leads and how, or how it works on what it was given. Undefined
   * when that cannot be told.
   */
  readonly briefing?: () => Promise<string | undefined>
  /** Resolves when the bytes are in the spool. What exceeds the limit is cut and counted as truncated. */
  readonly output: (bytes: Uint8Array) => Promise<void>
  /** Resolves when the question is on the disk. Its answer comes by `Session.answer`. */
  readonly question: (question: {
    readonly questionId: QuestionId
    readonly text: string
    readonly choices: readonly string[]
  }) => Promise<void>
  readonly approval: (request: {
    readonly approvalId: ApprovalId
    readonly action: string
    readonly detail: string
  }) => Promise<void>
  /** Resolves when the file is in the spool. Says why when it is not kept. */
  readonly artifact: (source: ArtifactSource) => Promise<{ readonly skipped?: string }>
  /** The leading process of the session, so that a later life of the agent can end it. Resolves when that is on the disk. */
  readonly process: (pid: number) => Promise<void>
  /** Directories of this assignment below the agent's state; the runtime makes what it needs in them. */
  readonly spoolDir: string
  readonly workDir: string
  /** Fires when the work is to end: what opens its session need not wait any longer. */
  readonly signal?: AbortSignal
}

/** Why a session is to end before its time. The agent decides what that comes to; the session only has to end. */
export type CancelReason = "cancelled" | "time-limit" | "stopping"

/** A task at work. None of the methods throws; all may be called in any state, also after the end. */
export interface Session {
  /** Settles when nothing of the session is left running. A rejection is a crash of the runtime. */
  readonly done: Promise<Outcome>
  readonly cancel: (reason: CancelReason) => void
  readonly pause: () => void
  readonly resume: () => void
  readonly answer: (questionId: QuestionId, text: string) => void
  readonly decide: (approvalId: ApprovalId, isApproved: boolean, comment: string) => void
  /** What a person says to it at work: for its next turn, or to leave off this one. Absent: it could not be told. */
  readonly steer?: (text: string, isInterrupt: boolean) => void
}

export interface Readiness {
  /** Absent: ready. Otherwise why not and what to do about it, in words for a person. */
  readonly blockedReason?: string
}

/** A way to carry out tasks. */
export interface Runtime {
  readonly name: string
  /** Its sessions put nothing into `spoolDir` and `workDir` themselves: then those are not made for each task. */
  readonly needsNoFolders?: true
  /** Its sessions get `host.tools`. */
  readonly wantsTools?: true
  /** Its tasks get `task.model`, and without one it is blocked; with a function, those whose options say so. */
  readonly needsModel?: true | ((options: RuntimeOptions) => boolean)
  /** Whether tasks of a member with these options could begin here. */
  readonly check: (options?: RuntimeOptions) => Promise<Readiness>
  /** Starts the work. Fails with RuntimeUnavailable when it cannot even begin. */
  readonly open: (task: RuntimeTask, host: SessionHost) => Promise<Session>
}
