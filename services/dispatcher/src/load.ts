import { comparePositions, streams, type Position, type RecordedEvent, type TeamId } from "@muster/domain"
import { READ_LIMIT_EVENTS, type EventStore } from "@muster/event-store"
import type { BusLog } from "@muster/team-bus"
import { foldingInto } from "#src/folding.ts"
import { CATCH_UP_PAGE_EVENTS, LOAD_CHUNK_STREAMS, LOAD_CONCURRENCY, STREAM_PAGE_EVENTS } from "#src/limits.ts"
import { World } from "#src/model/world.ts"
import type { OpenWork } from "#src/open-work.ts"

/** Runs `work` over all items, a few at a time. */
export const inParallel = async <A>(items: readonly A[], work: (item: A) => Promise<void>): Promise<void> => {
  const queue = items.values()
  const worker = async () => {
    for (const item of queue) await work(item)
  }
  await Promise.all(Array.from({ length: Math.min(LOAD_CONCURRENCY, items.length) }, worker))
}

/** True when an event is of one of these teams, or of none in particular. */
export const isOfTeams = ({ stream, meta }: RecordedEvent, isWanted: (teamId: string) => boolean): boolean => {
  const teamId = meta.team ?? (stream.startsWith("team-") ? stream.slice("team-".length) : undefined)
  return teamId === undefined || isWanted(teamId)
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

const inChunks = <A>(items: readonly A[], size: number): readonly (readonly A[])[] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, index) => items.slice(index * size, (index + 1) * size))

/** Reads whole streams, many at a time, and hands each to `take`. */
const readWholeStreams = async (
  store: EventStore,
  names: readonly string[],
  take: (events: readonly RecordedEvent[]) => void,
): Promise<void> => {
  const readChunk = async (chunk: readonly string[]): Promise<void> => {
    const byStream = new Map<string, RecordedEvent[]>()
    const events = await store.readStreams(chunk)
    for (const event of events) {
      const known = byStream.get(event.stream)
      if (known) known.push(event)
      else byStream.set(event.stream, [event])
    }
    if (events.length < READ_LIMIT_EVENTS) for (const own of byStream.values()) take(own)
    // Some of them are long: each by itself, in as many pages as it takes.
    else for (const name of chunk) take(await readWholeStream(store, name))
  }
  await inParallel(inChunks(names, LOAD_CHUNK_STREAMS), readChunk)
}

export interface LoadOptions {
  readonly store: EventStore
  readonly openWork: OpenWork
  readonly log: BusLog
  /** Which teams to load. */
  readonly isWanted: (teamId: string) => boolean
  /** Called with the teams that are known so far, before anything of theirs is read. */
  readonly claim: (teamIds: readonly TeamId[]) => Promise<void>
  readonly signal: AbortSignal
}

export interface Loaded {
  readonly world: World
  /** Up to where the world knows the log; `catchUp` moves it on. */
  readonly position: () => Position
  /** Takes what the log holds up to this position, at least. */
  readonly catchUp: (to: Position) => Promise<void>
}

/**
 * Makes a world of some teams, up to the head of the log: the ids of what is open come from the read models, everything else from the
 * streams, and what happened meanwhile from the log. Nothing is done about what happened before: whoever calls looks at the whole
 * world afterwards.
 */
export const loadTeams = async (options: LoadOptions): Promise<Loaded> => {
  const { store, openWork, log, isWanted, claim, signal } = options
  const world = new World()
  const { fold, adopt } = foldingInto(world, log)
  // Asked first: the lists below reach at least as far.
  let position = await openWork.position()
  const isOwn = ({ teamId }: { readonly teamId: string }) => isWanted(teamId)
  const teams = (await openWork.teams()).filter(isOwn)
  await claim(teams.map(({ teamId }) => teamId))
  const members = (await openWork.members()).filter(isOwn)
  const tasks = (await openWork.openTasks()).filter(isOwn)
  const schedules = (await openWork.schedules()).filter(isOwn)
  const loadStream = async (stream: string) => {
    fold(await readWholeStream(store, stream))
  }
  const loadTask = async (taskId: string) => {
    adopt(await readWholeStream(store, streams.task(taskId)))
  }
  const wanted = [
    teams.map(({ teamId }) => streams.team(teamId)),
    members.map(({ memberId }) => streams.member(memberId)),
    schedules.map(({ scheduleId }) => streams.schedule(scheduleId)),
  ]
  for (const names of wanted) await readWholeStreams(store, names, fold)
  await readWholeStreams(
    store,
    tasks.map(({ taskId }) => streams.task(taskId)),
    adopt,
  )
  const catchUp = async (to: Position) => {
    while (comparePositions(position, to) < 0 && !signal.aborted) {
      const events = await store.readAll({ after: position, limit: CATCH_UP_PAGE_EVENTS })
      const last = events.at(-1)
      if (last === undefined) return
      const reopened = fold(events.filter((event) => isOfTeams(event, isWanted))).flatMap((reaction) =>
        reaction.kind === "load-task" ? [reaction.taskId] : [],
      )
      await inParallel(reopened, loadTask)
      position = last.position
    }
  }
  await catchUp(await store.head())
  // A task may name a member that was removed long ago and that no list shows.
  const strangers = new Set<string>()
  for (const { state } of world.tasks())
    if (state.memberId !== "" && world.member(state.memberId) === undefined)
      strangers.add(streams.member(state.memberId))
  await inParallel([...strangers], loadStream)
  return { world, position: () => position, catchUp }
}
