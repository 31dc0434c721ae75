import { setTimeout as delay } from "node:timers/promises"
import {
  type Actor,
  type CommandId,
  type Decision,
  type EventMeta,
  type Fact,
  type NewEvent,
  type OrgId,
  type Position,
  type Refusal,
  type TeamId,
  toNewEvents,
} from "@muster/domain"
import type { AppendVerdict, EventStore } from "@muster/event-store"
import { makeKeyQueue } from "@muster/platform"
import { eventIdOf } from "#src/commands/keys.ts"
import type { StreamDoc, StreamReader } from "#src/commands/streams.ts"
import { ProblemError, type ProblemName } from "#src/http/problem.ts"
import { COMMAND_ATTEMPTS_MAX } from "#src/limits.ts"

/** One command as it reached the edge. */
export interface CommandContext {
  readonly commandId: CommandId
  readonly requestHash: string
  readonly orgId: OrgId
  readonly teamId?: TeamId
  readonly actor: Actor
  readonly traceparent?: string
  /** What the whole of the work goes by, when the command begins a stream that belongs to an earlier one. */
  readonly correlationId?: string
  /** The event that led to this. */
  readonly causationId?: string
}

export interface Execution<S> {
  readonly stream: string
  readonly reader: StreamReader<S>
  readonly context: CommandContext
  /** Asked again when somebody else wrote in between. May throw ProblemError. */
  readonly decide: (state: S, doc: StreamDoc<S>) => Decision | Promise<Decision>
  /** The stream is named after the command: nobody else makes it, so it is not read before it is written. */
  readonly isCreation?: true
  /** Adds events of others to a creation, and hears what came of it. */
  readonly handOver?: HandOver | undefined
}

/** What may go into the log with the events of a command, in the same request. */
export interface Handed {
  readonly events: readonly NewEvent[]
  /** To be called once with the verdict, or without one when the append failed. */
  readonly settle: (verdict: AppendVerdict | undefined) => void
}

/** Offers what is about to be appended to whoever works on with it in this process. Never fails and never waits. */
export type HandOver = (stream: string, events: readonly NewEvent[]) => Handed | undefined

export interface Outcome<S> {
  /** From this position on reads show it. */
  readonly position: Position
  /** The stream as it was when this was decided. */
  readonly doc: StreamDoc<S>
  /** Revision of the stream's last event after it. */
  readonly revision: number
}

const refusals: Partial<Record<Refusal["code"], ProblemName>> = {
  "not-found": "not-found",
  "already-exists": "already-exists",
  archived: "archived",
  removed: "removed",
  deleted: "deleted",
  settled: "settled",
  closed: "closed",
  "handle-taken": "handle-taken",
  "second-leader": "second-leader",
  "not-what-was-shown": "not-what-was-shown",
}

/** A refusal of the domain as the problem a caller sees: those without a name of their own are conflicts. */
export const refused = ({ code, detail }: Refusal): ProblemError =>
  new ProblemError(refusals[code] ?? "conflict", detail, refusals[code] ? {} : { members: { code } })

/** What every event of a command carries. Later commands on a stream keep the correlation of the one that began it. */
export const metaOf = (context: CommandContext, doc?: StreamDoc<unknown>): EventMeta => ({
  org: context.orgId,
  ...(context.teamId === undefined ? {} : { team: context.teamId }),
  actor: context.actor,
  commandId: context.commandId,
  correlationId: doc?.first?.meta.correlationId ?? context.correlationId ?? context.commandId,
  ...(context.causationId === undefined ? {} : { causationId: context.causationId }),
  ...(context.traceparent === undefined ? {} : { traceparent: context.traceparent }),
})

/** The outcome of the same command in the past, if there was one. Fails with ProblemError `idempotency-conflict`. */
export const repeated = <S>(doc: StreamDoc<S>, stream: string, context: CommandContext): Position | undefined => {
  const past = doc.commands.get(context.commandId)
  if (past === undefined) return undefined
  if (past.firstEventId !== eventIdOf(context.commandId, stream, context.requestHash, 0))
    throw new ProblemError("idempotency-conflict", "Use a new key for a new request.")
  return past.lastPosition
}

/**
 * Reads a stream, decides, appends; again when somebody else wrote in between. Commands of this process on one stream take turns, so
 * that a busy chat does not stumble over itself. A command that was already carried out answers
 * as it did then, however long ago. Fails with ProblemError, LogUnavailable, Overloaded or PoisonedEvent.
 */
export const makeExecute = (log: EventStore) => {
  const inTurn = makeKeyQueue()
  const eventsOf = <S>(doc: StreamDoc<S>, facts: readonly Fact[], { stream, context }: Execution<S>) =>
    toNewEvents(facts, metaOf(context, doc), (index) =>
      eventIdOf(context.commandId, stream, context.requestHash, index),
    )
  const append = async (
    stream: string,
    expectedRevision: number,
    events: readonly NewEvent[],
    handOver: HandOver | undefined,
  ): Promise<AppendVerdict> => {
    const handed = handOver?.(stream, events)
    let verdict: AppendVerdict | undefined
    try {
      const all = handed === undefined ? events : [...events, ...handed.events]
      ;[verdict] = await log.append([{ stream, expectedRevision, events: all }])
    } finally {
      handed?.settle(verdict)
    }
    if (verdict === undefined) throw new Error("invariant: the log answers every request")
    return verdict
  }
  /**
   * Decides and appends as if the stream were new. The same command again makes the same events, which the log knows. Whatever else is
   * found, or refused, is for the slow path: undefined.
   */
  const create = async <S>(execution: Execution<S>): Promise<Outcome<S> | undefined> => {
    const doc = execution.reader.none()
    let decision: Decision
    try {
      decision = await execution.decide(doc.state, doc)
    } catch (error) {
      if (error instanceof ProblemError) return undefined
      throw error
    }
    if (decision.facts === undefined || decision.facts.length === 0) return undefined
    const { stream, handOver } = execution
    const events = eventsOf(doc, decision.facts, execution)
    const verdict = await append(stream, doc.revision, events, handOver)
    if (verdict.ok) {
      // Of the command's own events: whoever repeats it hears the same.
      const position = events.length === 1 ? verdict.firstPosition : verdict.lastPosition
      return { position, doc, revision: verdict.revision }
    }
    if (verdict.error._tag !== "WrongExpectedRevision") throw verdict.error
    return undefined
  }
  const attempt = async <S>(execution: Execution<S>): Promise<Outcome<S>> => {
    const { stream, reader, context, decide } = execution
    const created = execution.isCreation === true ? await create(execution) : undefined
    if (created !== undefined) return created
    for (let tries = 1; ; tries++) {
      const doc = await reader.load(stream)
      const before = repeated(doc, stream, context)
      if (before !== undefined) return { position: before, doc, revision: doc.revision }
      const decision = await decide(doc.state, doc)
      if (decision.refusal !== undefined) throw refused(decision.refusal)
      const { facts } = decision as { readonly facts: readonly Fact[] }
      if (facts.length === 0) return { position: doc.position, doc, revision: doc.revision }
      const verdict = await append(stream, doc.revision, eventsOf(doc, facts, execution), undefined)
      if (verdict.ok) return { position: verdict.lastPosition, doc, revision: verdict.revision }
      if (verdict.error._tag !== "WrongExpectedRevision") throw verdict.error
      if (tries === COMMAND_ATTEMPTS_MAX)
        throw new ProblemError("overloaded", "Others keep changing this; try again.", { retryAfterSeconds: 1 })
      // Chance keeps apart commands that collided once.
      await delay(Math.random() * tries)
    }
  }
  return <S>(execution: Execution<S>): Promise<Outcome<S>> => inTurn(execution.stream, () => attempt(execution))
}
export type Execute = ReturnType<typeof makeExecute>
