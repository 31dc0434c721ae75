import {
  lastWords,
  streams,
  toNewEvents,
  type Actor,
  type AssignmentId,
  type CommandId,
  type Decision,
  type EventId,
  type EventMeta,
  type Fact,
  type MemberFact,
  type NewEvent,
  type RecordedEvent,
  type Refusal,
  type TaskFact,
} from "@muster/domain"
import type { AppendRequest, AppendVerdict } from "@muster/event-store"
import { LogUnavailable, Overloaded, WrongExpectedRevision } from "@muster/event-store"
import type { Core } from "#src/core.ts"
import { DECIDE_TRIES_MAX } from "#src/limits.ts"
import { readWholeStream } from "#src/load.ts"
import type { MemberEntry } from "#src/model/member.ts"
import { newId } from "#src/new-id.ts"
import type { TaskEntry } from "#src/model/task.ts"

/** New ids: their first part is the time, so that they sort as they were made. */
export const mint = {
  assignment: () => newId() as AssignmentId,
  command: () => newId() as CommandId,
  event: () => newId() as EventId,
}

/** The dispatcher as the one who causes an event. */
export const DISPATCHER: Actor = { kind: "system", id: "dispatcher", via: "service" }

/** What came of a decision. */
export type ChangeOutcome<F extends Fact> =
  | { readonly kind: "recorded"; readonly facts: readonly F[] }
  /** Nothing to change, or the domain refused. */
  | { readonly kind: "refused"; readonly refusal: Refusal | undefined }
  /** The task is not open, or there is no such member. */
  | { readonly kind: "gone" }
  /** The log could not be asked, or others kept writing first: look again later. */
  | { readonly kind: "later" }
  /** The log will never take this. */
  | { readonly kind: "poisoned"; readonly reason: string }

export interface Cause {
  readonly actor: Actor
  readonly commandId?: CommandId
  readonly causationId?: string
}

export interface TaskChange {
  readonly taskId: string
  readonly decide: (entry: TaskEntry) => Decision<TaskFact>
  readonly cause?: Cause
}

/** Recorded events made of what was appended and the log's verdict: no need to read them back. */
export const asRecorded = (
  stream: string,
  events: readonly NewEvent[],
  verdict: Extract<AppendVerdict, { readonly ok: true }>,
  nowMillis: number,
): readonly RecordedEvent[] => {
  const at = new Date(nowMillis).toISOString()
  return events.map((event, index) => ({
    ...event,
    stream,
    revision: verdict.revision - events.length + 1 + index,
    position: index === 0 ? verdict.firstPosition : verdict.lastPosition,
    at,
  }))
}

export const metaOf = (
  entry: { readonly orgId: EventMeta["org"]; readonly teamId: NonNullable<EventMeta["team"]> },
  correlationId: string | undefined,
  { actor, commandId = mint.command(), causationId }: Cause,
): EventMeta => ({
  org: entry.orgId,
  team: entry.teamId,
  actor,
  commandId,
  correlationId: correlationId ?? commandId,
  ...(causationId === undefined ? {} : { causationId }),
})

export const retriable = (verdict: AppendVerdict): boolean =>
  !verdict.ok && (verdict.error instanceof LogUnavailable || verdict.error instanceof Overloaded)

/** Reads what others wrote to a stream since `after` and folds it. */
export const refresh = async (core: Core, stream: string, after: number): Promise<void> => {
  core.take(await readWholeStream(core.store, stream, after))
}

interface Planned {
  readonly index: number
  readonly change: TaskChange
  readonly facts: readonly TaskFact[]
  readonly events: readonly NewEvent[]
  readonly request: AppendRequest
}

/**
 * Decides many tasks, each at most once, and records all of it in one append call. Who finds that another had written
 * first reads, and decides again. Rejects only when the log cannot be read.
 */
export const changeTasks = async (
  core: Core,
  changes: readonly TaskChange[],
): Promise<readonly ChangeOutcome<TaskFact>[]> => {
  const outcomes: ChangeOutcome<TaskFact>[] = changes.map(() => ({ kind: "later" }))
  let open = changes.map((change, index) => ({ change, index }))
  for (let tries = 0; open.length > 0 && tries < DECIDE_TRIES_MAX; tries += 1) {
    const planned: Planned[] = []
    for (const { change, index } of open) {
      const entry = core.world.task(change.taskId)
      if (entry === undefined) {
        outcomes[index] = { kind: "gone" }
        continue
      }
      const { facts, refusal } = change.decide(entry)
      if (facts === undefined || facts.length === 0) {
        outcomes[index] = { kind: "refused", refusal }
        continue
      }
      const meta = metaOf(entry, entry.correlationId, change.cause ?? { actor: DISPATCHER })
      // What ends a turn of the chat and what was said with it are one decision: both are recorded, or neither.
      const events = toNewEvents([...facts, ...lastWords(entry.taskId, entry.state, facts)], meta, mint.event)
      const stream = streams.task(change.taskId)
      planned.push({ index, change, facts, events, request: { stream, expectedRevision: entry.revision, events } })
    }
    if (planned.length === 0) break
    const verdicts = await core.store.append(planned.map(({ request }) => request))
    const again: typeof open = []
    for (const [i, plan] of planned.entries()) {
      const verdict = verdicts[i] as AppendVerdict
      const { index, change, facts, events, request } = plan
      if (verdict.ok) {
        core.take(asRecorded(request.stream, events, verdict, core.nowMillis()))
        outcomes[index] = { kind: "recorded", facts }
      } else if (verdict.error instanceof WrongExpectedRevision) {
        again.push({ change, index })
      } else if (!retriable(verdict)) {
        outcomes[index] = { kind: "poisoned", reason: verdict.error.message }
      }
    }
    await Promise.all(
      again.map(({ change }) =>
        refresh(core, streams.task(change.taskId), core.world.task(change.taskId)?.revision ?? 0),
      ),
    )
    open = again
  }
  return outcomes
}

export const changeTask = async (core: Core, change: TaskChange): Promise<ChangeOutcome<TaskFact>> =>
  (await changeTasks(core, [change]))[0] as ChangeOutcome<TaskFact>

/** The same for one member. */
export const changeMember = async (
  core: Core,
  memberId: string,
  decide: (entry: MemberEntry) => Decision<MemberFact>,
): Promise<ChangeOutcome<MemberFact>> => {
  const stream = streams.member(memberId)
  for (let tries = 0; tries < DECIDE_TRIES_MAX; tries += 1) {
    const entry = core.world.member(memberId)
    if (entry === undefined) return { kind: "gone" }
    const { facts, refusal } = decide(entry)
    if (facts === undefined || facts.length === 0) return { kind: "refused", refusal }
    const events = toNewEvents(facts, metaOf(entry, undefined, { actor: DISPATCHER }), mint.event)
    const [verdict] = await core.store.append([{ stream, expectedRevision: entry.revision, events }])
    if (verdict === undefined || retriable(verdict)) return { kind: "later" }
    if (verdict.ok) {
      core.take(asRecorded(stream, events, verdict, core.nowMillis()))
      return { kind: "recorded", facts }
    }
    if (!(verdict.error instanceof WrongExpectedRevision)) return { kind: "poisoned", reason: verdict.error.message }
    await refresh(core, stream, entry.revision)
  }
  return { kind: "later" }
}

/** Notes something that hangs on no state: it is appended whatever the stream's revision. True when it is recorded. */
export const note = async (
  core: Core,
  stream: string,
  entry: { readonly orgId: EventMeta["org"]; readonly teamId: NonNullable<EventMeta["team"]> },
  facts: readonly Fact[],
): Promise<boolean> => {
  const events = toNewEvents(facts, metaOf(entry, undefined, { actor: DISPATCHER }), mint.event)
  const [verdict] = await core.store.append([{ stream, expectedRevision: "any", events }])
  if (verdict?.ok) return true
  core.log.warn({ stream, error: verdict?.error.message }, "a note was not recorded")
  return false
}
