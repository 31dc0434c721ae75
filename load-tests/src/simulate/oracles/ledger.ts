import type { KnownEvent, RecordedEvent } from "@muster/domain"
import { takeMember, takeTeam } from "./crew.ts"
import { CLOCK_SLACK_MILLIS, millisOf } from "./instants.ts"
import {
  isClosing,
  type HeldRecord,
  type MemberRecord,
  type OwedWords,
  type TaskRecord,
  type TeamRecord,
} from "./records.ts"
import type { Verdict } from "./verdict.ts"

type TaskEvent = Extract<KnownEvent, { readonly type: `Task${string}` }>

/** Most lost agents in one run. */
const LEASE_LOSSES_MAX = 5

const idOf = (stream: string): string => stream.slice(stream.indexOf("-") + 1)

/**
 * Folds the log by rules written for this purpose alone, and holds every event against them: one outcome a run, fenced
 * assignments, rising epochs, attempts, waits, dependencies. It shares no code with what it judges.
 */
export class Ledger {
  readonly tasks = new Map<string, TaskRecord>()
  readonly members = new Map<string, MemberRecord>()
  readonly teams = new Map<string, TeamRecord>()
  readonly #assignments = new Set<string>()
  readonly #revisions = new Map<string, number>()
  readonly #verdict: Verdict
  /** What the chat has to hear next: a turn has succeeded. */
  #owing: OwedWords | undefined
  #position = 0

  constructor(verdict: Verdict) {
    this.#verdict = verdict
  }

  take(event: RecordedEvent): void {
    const expected = (this.#revisions.get(event.stream) ?? 0) + 1
    if (event.revision !== expected || Number(event.position) !== this.#position + 1)
      this.#verdict.broken("gapless log", `${event.stream} revision ${event.revision}, expected ${expected}`)
    this.#revisions.set(event.stream, event.revision)
    this.#position = Number(event.position)
    const known = event as KnownEvent
    if (this.#owing !== undefined && event.stream !== `task-${this.#owing.taskId}`)
      this.#verdict.broken("last words", `${event.type} comes before the words of ${this.#owing.taskId}`)
    if (event.stream.startsWith("task-")) {
      if (known.type === "ChatMessagePosted") this.#hear(idOf(event.stream), known)
      else this.#takeTask(idOf(event.stream), known as TaskEvent)
    } else if (event.stream.startsWith("member-") && !takeMember(this.members, idOf(event.stream), known))
      this.#verdict.broken("members begin once", `${event.type} of unknown ${event.stream}`)
    else if (event.stream.startsWith("team-")) takeTeam(this.teams, idOf(event.stream), known)
  }

  /** False for an append that the log refuses: somebody else was there before. */
  isAt(stream: string, revision: number | "any"): boolean {
    return revision === "any" || (this.#revisions.get(stream) ?? 0) === revision
  }

  heldBy(memberId: string): readonly TaskRecord[] {
    return [...this.tasks.values()].filter(({ held }) => held?.memberId === memberId)
  }

  #takeTask(id: string, event: TaskEvent): void {
    const millis = millisOf(event.at)
    if (event.type === "TaskDispatched") return this.#dispatch(id, event, millis)
    const task = this.tasks.get(id)
    if (task === undefined) return this.#verdict.broken("tasks begin once", `${event.type} of unknown ${id}`)
    this.#checkFence(task, event)
    if (isClosing(event.type)) return this.#close(task, event, millis)
    if (event.type === "TaskDiscarded") return this.#discard(task)
    if (task.phase === "closed" && event.type !== "TaskRetried" && event.type !== "TaskRedriven")
      return this.#verdict.broken("one outcome a run", `${event.type} after ${task.closedAs} of ${id}`)
    this.#step(task, event, millis)
    this.#countActive(task, millis)
  }

  /** A turn's last words stand right behind the success that they belong to, once, said by whoever held it. */
  #hear(id: string, { data, meta }: Extract<KnownEvent, { type: "ChatMessagePosted" }>): void {
    const owed = this.#owing
    this.#owing = undefined
    if (owed === undefined || owed.taskId !== id || owed.assignmentId !== data.messageId)
      return this.#verdict.broken("last words", `${id} says ${data.messageId}, which nobody waits for`)
    if (meta.actor.kind !== "member" || meta.actor.id !== owed.memberId || data.text !== owed.text)
      this.#verdict.broken("last words", `${id} says "${data.text}" as ${meta.actor.id}`)
  }

  #owe(task: TaskRecord, event: Extract<TaskEvent, { type: "TaskSucceeded" }>): void {
    const { assignmentId, result } = event.data
    const text = result.summary.trim()
    if (task.spec.conversation === undefined || text === "") return
    this.#owing = { taskId: task.id, assignmentId, memberId: task.held?.memberId ?? "", text }
  }

  #dispatch(id: string, event: Extract<TaskEvent, { type: "TaskDispatched" }>, millis: number): void {
    if (this.tasks.has(id)) return this.#verdict.broken("tasks begin once", `${id} was dispatched twice`)
    const { spec, teamId } = event.data
    const mustWait = spec.after.length > 0 || spec.notBefore !== undefined
    const position = Number(event.position)
    this.tasks.set(id, {
      id,
      teamId,
      spec,
      memberId: spec.memberId ?? "",
      pool: spec.pool,
      phase: mustWait ? "waiting" : "queued",
      run: 1,
      outcomes: 0,
      closedAs: undefined,
      closedMillis: 0,
      everFailed: false,
      held: undefined,
      epoch: 0,
      failures: 0,
      leaseLosses: 0,
      isCancelAsked: false,
      dueMillis: 0,
      priority: spec.priority,
      orderedMillis: millis,
      queuedMillis: millis,
      queuedPosition: position,
      runPosition: position,
      artifacts: new Set(),
    })
  }

  #discard({ id, closedAs }: TaskRecord): void {
    if (closedAs !== "TaskDeadLettered")
      this.#verdict.broken("one outcome a run", `${id} was discarded, but is no dead letter`)
  }

  /** What names an assignment names the current one. */
  #checkFence(task: TaskRecord, event: TaskEvent): void {
    const named = "assignmentId" in event.data ? event.data.assignmentId : undefined
    if (named === undefined || event.type === "TaskAssigned") return
    if (task.held?.id !== named)
      this.#verdict.broken("fenced reports", `${event.type} of ${task.id} names ${named}, current is ${task.held?.id}`)
    const { actor } = event.meta
    if (actor.kind === "member" && actor.id !== task.held?.memberId)
      this.#verdict.broken("fenced reports", `${event.type} of ${task.id} by ${actor.id}, who does not hold it`)
  }

  #close(task: TaskRecord, event: TaskEvent, millis: number): void {
    if (task.phase === "closed" || task.outcomes > 0)
      this.#verdict.broken("one outcome a run", `${event.type} after ${task.closedAs} of ${task.id} run ${task.run}`)
    if (
      event.type === "TaskExpired" &&
      (task.spec.deadlineAt === undefined || millisOf(task.spec.deadlineAt) > millis + CLOCK_SLACK_MILLIS)
    )
      this.#verdict.broken("deadlines", `${task.id} expired before its deadline`)
    if (event.type === "TaskFailed") this.#checkFailure(task, event, millis)
    if (event.type === "TaskSucceeded" && task.held === undefined)
      this.#verdict.broken("fenced reports", `${task.id} succeeded although nobody held it`)
    if (event.type === "TaskSucceeded") this.#owe(task, event)
    task.outcomes += 1
    task.phase = "closed"
    task.closedAs = event.type
    task.closedMillis = millis
    task.everFailed ||= event.type !== "TaskSucceeded"
    task.held = undefined
  }

  #checkFailure(task: TaskRecord, event: Extract<TaskEvent, { type: "TaskFailed" }>, millis: number): void {
    const { reason } = event.data
    if (reason === "dependency-failed") {
      const isTrue = task.spec.after.some((id) => this.tasks.get(id)?.everFailed === true || !this.tasks.has(id))
      if (!isTrue) this.#verdict.broken("dependencies", `${task.id} failed for a dependency that did not fail`)
      return
    }
    const hasMore = task.failures + 1 < task.spec.retry.maxAttempts
    if (reason === "time-limit" && hasMore) this.#verdict.broken("retry policy", `${task.id} failed with attempts left`)
    this.#checkTimeLimit(task, event, millis)
  }

  /** A time limit that struck must have been used up by work, not by waiting. */
  #checkTimeLimit(
    task: TaskRecord,
    event: Extract<TaskEvent, { type: "TaskFailed" | "TaskRetryScheduled" }>,
    millis: number,
  ): void {
    const { held } = task
    if (event.data.reason !== "time-limit" || held === undefined) return
    const { activeMillis, activeSinceMillis } = held
    // An agent counts for itself, from moments that are recorded later; the dispatcher counts by what is recorded.
    const isByAgent = event.meta.actor.kind === "member"
    const used = isByAgent
      ? millis - held.sinceMillis
      : activeMillis + (activeSinceMillis === undefined ? 0 : millis - activeSinceMillis)
    if (used < task.spec.timeLimitMillis - CLOCK_SLACK_MILLIS)
      this.#verdict.broken(
        "time limits",
        `${task.id} was ended when ${used} of ${task.spec.timeLimitMillis} ms were used`,
      )
  }

  #step(task: TaskRecord, event: TaskEvent, millis: number): void {
    const { held } = task
    switch (event.type) {
      case "TaskReady":
        this.#checkReady(task, millis)
        this.#queue(task, event, millis)
        break
      case "TaskAssigned":
        this.#assign(task, event, millis)
        break
      case "TaskStarted":
        if (held === undefined || held.isStarted)
          this.#verdict.broken("fenced reports", `${task.id} started twice or unheld`)
        if (held !== undefined) held.isStarted = true
        break
      case "TaskQuestionAsked":
        this.#ask(task, event.data.questionId)
        break
      case "TaskApprovalRequested":
        held?.shown.set(event.data.approvalId, event.data.hash)
        this.#ask(task, event.data.approvalId)
        break
      case "TaskQuestionAnswered":
        held?.openRequests.delete(event.data.questionId)
        held?.answered.add(event.data.questionId)
        break
      case "TaskApprovalDecided":
        held?.openRequests.delete(event.data.approvalId)
        held?.answered.add(event.data.approvalId)
        break
      case "TaskArtifactAdded":
        task.artifacts.add(`${event.data.name}:${event.data.sha256}`)
        break
      case "TaskPaused":
        if (held !== undefined) held.isPaused = true
        break
      case "TaskResumed":
        if (held !== undefined) held.isPaused = false
        break
      case "TaskPriorityChanged":
        task.priority = event.data.priority
        task.orderedMillis = millis
        break
      case "TaskReassigned":
        this.#reassign(task, event, millis)
        break
      case "TaskRetryScheduled":
        this.#scheduleRetry(task, event, millis)
        break
      case "TaskRetryDue":
        if (task.phase !== "retrying" || millis < task.dueMillis - CLOCK_SLACK_MILLIS)
          this.#verdict.broken("retry policy", `${task.id} was tried again before ${task.dueMillis}`)
        this.#queue(task, event, millis)
        break
      case "TaskLeaseExpired":
        this.#loseLease(task, event, millis)
        break
      case "TaskCancelRequested":
        task.isCancelAsked = true
        if (held !== undefined) held.cancelAskedMillis = millis
        break
      case "TaskRetried":
      case "TaskRedriven":
        this.#beginRun(task, event, millis)
        break
      default:
    }
  }

  #reassign(
    task: TaskRecord,
    { data, position }: Extract<TaskEvent, { type: "TaskReassigned" }>,
    millis: number,
  ): void {
    if (task.held !== undefined)
      this.#verdict.broken("who may be given work", `${task.id} was given to somebody else while it was held`)
    task.memberId = data.memberId ?? ""
    task.pool = data.pool
    task.orderedMillis = millis
    if (task.phase !== "queued") return
    task.queuedMillis = millis
    task.queuedPosition = Number(position)
  }

  #ask(task: TaskRecord, id: string): void {
    if (task.held?.requests.has(id) === true) this.#verdict.broken("fenced reports", `${task.id} asked ${id} twice`)
    task.held?.requests.add(id)
    task.held?.openRequests.add(id)
  }

  #checkReady(task: TaskRecord, millis: number): void {
    for (const id of task.spec.after)
      if (this.tasks.get(id)?.closedAs !== "TaskSucceeded")
        this.#verdict.broken("dependencies", `${task.id} became ready although ${id} has not succeeded`)
    const { notBefore } = task.spec
    if (notBefore !== undefined && millisOf(notBefore) > millis + CLOCK_SLACK_MILLIS)
      this.#verdict.broken("start times", `${task.id} became ready before ${notBefore}`)
  }

  #queue(task: TaskRecord, event: TaskEvent, millis: number): void {
    task.phase = "queued"
    task.held = undefined
    if (task.pool !== undefined) task.memberId = ""
    task.queuedMillis = millis
    task.queuedPosition = Number(event.position)
  }

  #assign(task: TaskRecord, event: Extract<TaskEvent, { type: "TaskAssigned" }>, millis: number): void {
    const { assignmentId, memberId, epoch, attempt } = event.data
    if (task.phase !== "queued" || task.held !== undefined)
      this.#verdict.broken("one live assignment", `${task.id} was assigned while ${task.phase}`)
    if (this.#assignments.has(assignmentId))
      this.#verdict.broken("one live assignment", `assignment ${assignmentId} was used twice`)
    this.#assignments.add(assignmentId)
    if (epoch !== task.epoch + 1)
      this.#verdict.broken("rising epochs", `${task.id}: epoch ${epoch} after ${task.epoch}`)
    if (attempt !== task.failures + 1)
      this.#verdict.broken("retry policy", `${task.id}: attempt ${attempt} after ${task.failures} failures`)
    if (task.isCancelAsked) this.#verdict.broken("cancel", `${task.id} was assigned again after its cancel`)
    if (task.pool === undefined && task.memberId !== memberId)
      this.#verdict.broken("who may be given work", `${task.id} is for ${task.memberId} and was given to ${memberId}`)
    task.memberId = memberId
    task.epoch = epoch
    task.phase = "held"
    task.held = {
      id: assignmentId,
      memberId,
      position: Number(event.position),
      sinceMillis: millis,
      isStarted: false,
      isPaused: false,
      openRequests: new Set(),
      shown: new Map(),
      requests: new Set(),
      answered: new Set(),
      activeMillis: 0,
      activeSinceMillis: undefined,
      cancelAskedMillis: undefined,
    }
  }

  #scheduleRetry(task: TaskRecord, event: Extract<TaskEvent, { type: "TaskRetryScheduled" }>, millis: number): void {
    const { maxAttempts, backoffMillis } = task.spec.retry
    task.failures += 1
    if (task.failures >= maxAttempts)
      this.#verdict.broken("retry policy", `${task.id}: try ${task.failures + 1} of ${maxAttempts} was scheduled`)
    if (task.isCancelAsked) this.#verdict.broken("cancel", `${task.id} is to be tried again after its cancel`)
    this.#checkTimeLimit(task, event, millis)
    const full = backoffMillis * 2 ** (task.failures - 1)
    task.dueMillis = millisOf(event.data.dueAt)
    // Decided shortly before it was recorded.
    if (
      task.dueMillis > millis + full + CLOCK_SLACK_MILLIS ||
      task.dueMillis < millis + full / 2 - MAX_DECIDE_TO_RECORD_MILLIS
    )
      this.#verdict.broken("retry policy", `${task.id}: due ${task.dueMillis - millis} ms after its failure`)
    task.phase = "retrying"
    task.held = undefined
  }

  #loseLease(task: TaskRecord, event: TaskEvent, millis: number): void {
    task.leaseLosses += 1
    if (task.leaseLosses > LEASE_LOSSES_MAX)
      this.#verdict.broken("lost agents are counted", `${task.id}: ${task.leaseLosses} leases lost in a run`)
    if (task.isCancelAsked) this.#verdict.broken("cancel", `${task.id} was queued again after its cancel`)
    this.#queue(task, event, millis)
  }

  #beginRun(
    task: TaskRecord,
    event: Extract<TaskEvent, { type: "TaskRetried" | "TaskRedriven" }>,
    millis: number,
  ): void {
    if (task.phase !== "closed" || event.data.run !== task.run + 1)
      this.#verdict.broken("one outcome a run", `${task.id}: run ${event.data.run} began while ${task.phase}`)
    const { run, memberId, pool } = event.data
    task.run = run
    task.pool = memberId === undefined ? (pool ?? task.pool) : undefined
    task.memberId = memberId ?? task.memberId
    this.#queue(task, event, millis)
    task.outcomes = 0
    task.closedAs = undefined
    task.failures = 0
    task.leaseLosses = 0
    task.isCancelAsked = false
    task.orderedMillis = millis
    task.runPosition = Number(event.position)
    task.artifacts = new Set()
  }

  #countActive({ held }: { readonly held: HeldRecord | undefined }, millis: number): void {
    if (held === undefined) return
    const isActive = held.isStarted && !held.isPaused && held.openRequests.size === 0
    if (isActive) held.activeSinceMillis ??= millis
    else if (held.activeSinceMillis !== undefined) {
      held.activeMillis += millis - held.activeSinceMillis
      held.activeSinceMillis = undefined
    }
  }
}

/** The log may hold up a write for so long after it was decided. */
const MAX_DECIDE_TO_RECORD_MILLIS = 40_000
