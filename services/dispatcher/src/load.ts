import { comparePositions, streams, type Position, type RecordedEvent } from "@muster/domain"
import type { EventStore } from "@muster/event-store"
import { CATCH_UP_PAGE_EVENTS, LOAD_CONCURRENCY, STREAM_PAGE_EVENTS } from "#src/limits.ts"
import type { Reaction } from "#src/model/reactions.ts"
import type { World } from "#src/model/world.ts"
import type { OpenWork } from "#src/open-work.ts"

/** Runs `work` over all items, a few at a time. */
export const inParallel = async <A>(items: readonly A[], work: (item: A) => Promise<void>): Promise<void> => {
  const queue = items.values()
  const worker = async () => {
    for (const item of queue) await work(item)
  }
  await Promise.all(Array.from({ length: Math.min(LOAD_CONCURRENCY, items.length) }, worker))
}

/** All events of a stream after a revision, however many. */
export const readWholeStream = async (
  store: EventStore,
  stream: string,
  after = 0,
): Promise<readonly RecordedEvent[]> => {
  const events: RecordedEvent[] = []
  for (;;) {
    const page = await store.readStream(stream, { after: events.at(-1)?.revision ?? after, limit: STREAM_PAGE_EVENTS })
    events.push(...page)
    if (page.length < STREAM_PAGE_EVENTS) return events
  }
}

export interface LoadOptions {
  readonly store: EventStore
  readonly openWork: OpenWork
  readonly world: World
  /** Folds events; answers with the reactions. Must not throw. */
  readonly fold: (events: readonly RecordedEvent[]) => readonly Reaction[]
  /** Folds the whole stream of a task. Must not throw. */
  readonly adopt: (events: readonly RecordedEvent[]) => void
  readonly signal: AbortSignal
}

/**
 * Brings the world up to the head of the log: the ids of what is open come from the read models, everything else from the
 * streams, and what happened meanwhile from the log. Answers with the position from which to follow. Nothing is done about
 * what happened before it: whoever calls looks at the whole world afterwards.
 */
export const loadWorld = async ({ store, openWork, world, fold, adopt, signal }: LoadOptions): Promise<Position> => {
  // Asked first: the lists below reach at least as far.
  let position = await openWork.position()
  const teams = await openWork.teams()
  const members = await openWork.members()
  const tasks = await openWork.openTasks()
  const loadStream = async (stream: string) => {
    fold(await readWholeStream(store, stream))
  }
  await inParallel(
    teams.map((team) => streams.team(team.teamId)),
    loadStream,
  )
  await inParallel(
    members.map((member) => streams.member(member.memberId)),
    loadStream,
  )
  const loadTask = async (taskId: string) => adopt(await readWholeStream(store, streams.task(taskId)))
  await inParallel(
    tasks.map((task) => task.taskId),
    loadTask,
  )
  const head = await store.head()
  while (comparePositions(position, head) < 0 && !signal.aborted) {
    const events = await store.readAll({ after: position, limit: CATCH_UP_PAGE_EVENTS })
    const last = events.at(-1)
    if (last === undefined) break
    const reopened = fold(events).flatMap((reaction) => (reaction.kind === "load-task" ? [reaction.taskId] : []))
    await inParallel(reopened, loadTask)
    position = last.position
  }
  // A task may name a member that was removed long ago and that no list shows.
  const strangers = new Set<string>()
  for (const { state } of world.tasks())
    if (world.member(state.memberId) === undefined) strangers.add(streams.member(state.memberId))
  await inParallel([...strangers], loadStream)
  return position
}
