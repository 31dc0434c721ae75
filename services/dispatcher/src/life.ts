import { comparePositions, type RecordedEvent } from "@muster/domain"
import { makeChores } from "#src/chores.ts"
import type { Core, Foundations } from "#src/core.ts"
import { makeDeadLetters } from "#src/dead-letters.ts"
import { makeDependencies } from "#src/dependencies.ts"
import { loadWorld, readWholeStream } from "#src/load.ts"
import { makeAssigner } from "#src/loops/assign.ts"
import { runClock } from "#src/loops/clock.ts"
import { makeDeliverer } from "#src/loops/deliver.ts"
import { runHealth } from "#src/loops/health.ts"
import { makeIngester } from "#src/loops/ingest.ts"
import { makePresenceWatcher } from "#src/loops/presence.ts"
import { makeMailroom } from "#src/mailroom.ts"
import { counters } from "#src/metrics.ts"
import { LeaseBook } from "#src/model/leases.ts"
import { standingReactions, type Reaction } from "#src/model/reactions.ts"
import { World } from "#src/model/world.ts"
import { makePeople } from "#src/people.ts"
import { PresenceBook } from "#src/presence-book.ts"
import { streams } from "@muster/domain"

/** Runs all of them; the first that fails (or the signal) ends the others, and only then is the failure passed on. */
const together = async (
  signal: AbortSignal,
  loops: readonly ((signal: AbortSignal) => Promise<void>)[],
): Promise<void> => {
  const failing = new AbortController()
  const either = AbortSignal.any([signal, failing.signal])
  const one = async (loop: (signal: AbortSignal) => Promise<void>): Promise<void> => {
    try {
      await loop(either)
      // A loop that just ends would leave the others working on half of what happens.
      if (!either.aborted) throw new LoopEnded("a loop ended by itself")
    } finally {
      failing.abort()
    }
  }
  const settled = await Promise.allSettled(loops.map(one))
  const failed = settled.find((result) => result.status === "rejected")
  if (failed !== undefined) throw failed.reason
}

class LoopEnded extends Error {
  override readonly name = "LoopEnded"
}

/**
 * One life of the dispatcher, for one owner: loads what is open, then works until the signal aborts. Rejects when something
 * fails that no loop can mend; the caller begins another life, which finds everything in the log again.
 */
export const live = async (foundations: Foundations, signal: AbortSignal): Promise<void> => {
  const { store, bus, log, timings } = foundations
  const world = new World()
  const broken = (stream: string, error: unknown) => {
    counters.brokenStreams.inc()
    log.error({ stream, reason: error instanceof Error ? error.message : "unknown" }, "a stream cannot be folded")
    if (stream.startsWith("task-")) world.forgetTask(stream.slice("task-".length))
  }
  /** A stream that this version cannot fold must not stop the others. */
  const fold = (events: readonly RecordedEvent[]): readonly Reaction[] =>
    events.flatMap((event) => {
      try {
        return world.absorb(event)
      } catch (error) {
        broken(event.stream, error)
        return []
      }
    })
  const adopt = (events: readonly RecordedEvent[]): readonly Reaction[] => {
    try {
      return world.adoptTask(events)
    } catch (error) {
      broken(events[0]?.stream ?? "", error)
      return []
    }
  }

  const logGeneration = await store.generation()
  const { openWork } = foundations
  const position = await loadWorld({ store, openWork, world, fold, adopt, signal })
  if (signal.aborted) return
  log.info({ position, openTasks: [...world.tasks()].length }, "the dispatcher has read what is open")

  const leases = new LeaseBook(timings.leaseMillis, Date.now())
  const take: Core["take"] = (events) => react(fold(events))
  const core: Core = {
    ...foundations,
    world,
    leases,
    logGeneration,
    startHead: position,
    take,
    react: (reactions) => react(reactions),
  }
  const book = new PresenceBook()
  const chores = makeChores(log)
  const mailroom = makeMailroom(core)
  const deliverer = makeDeliverer(core, mailroom)
  const assigner = makeAssigner(core, book)
  const watcher = makePresenceWatcher(core, book, assigner.offer)
  const people = makePeople(core, deliverer, watcher, book)
  const dependencies = makeDependencies(core)
  const ingester = makeIngester(core, makeDeadLetters(core))

  const reactOne = (reaction: Reaction): void => {
    switch (reaction.kind) {
      case "offer":
        return assigner.offer(reaction.memberId)
      case "publish":
        return deliverer.publish(reaction.memberId, reaction.position)
      case "control":
        return deliverer.control(reaction.memberId, reaction.message)
      case "remove-entry":
        return deliverer.removeEntry(reaction.memberId, reaction.position)
      case "repeat-controls":
        return deliverer.repeat(reaction.memberId)
      case "look-at-dependencies":
        return chores.add(`look ${reaction.taskId}`, () => dependencies.look(reaction.taskId))
      case "orphaned":
        return chores.add(`orphan ${reaction.taskId}`, () => people.orphaned(reaction.taskId))
      case "load-task":
        return chores.add(`load ${reaction.taskId}`, async () =>
          react(adopt(await readWholeStream(store, streams.task(reaction.taskId)))),
        )
      case "member-added":
        return chores.add(`member ${reaction.memberId}`, () => people.added(reaction.memberId))
      case "member-bound":
        return chores.add(`bound ${reaction.memberId}`, () => people.bound(reaction.memberId, reaction.replaced))
      case "member-removed":
        for (const { taskId } of world.openOf(reaction.memberId)) reactOne({ kind: "orphaned", taskId })
        return chores.add(`removed ${reaction.memberId}`, () => people.removed(reaction.memberId, reaction.incarnation))
      case "team-changed":
        for (const { memberId } of world.membersOf(reaction.teamId)) assigner.offer(memberId)
        return mailroom.generationOf(reaction.teamId) === undefined ? deliverer.rebuild(reaction.teamId) : undefined
      default:
        return reaction satisfies never
    }
  }
  const react = (reactions: readonly Reaction[]): void => {
    for (const reaction of reactions) reactOne(reaction)
  }

  // Nothing was done while the past was read: what the present asks for is worked out from the present.
  for (const member of world.liveMembers()) {
    const { memberId } = member
    react([
      { kind: "member-added", memberId },
      { kind: "repeat-controls", memberId },
      { kind: "offer", memberId },
    ])
    const isStale = world
      .heldBy(memberId)
      .some(({ hold }) => hold !== undefined && comparePositions(hold.position, member.boundPosition) < 0)
    if (isStale) react([{ kind: "member-bound", memberId, replaced: undefined }])
  }
  for (const entry of world.tasks()) {
    react(standingReactions(entry))
    if (world.member(entry.state.memberId)?.state.isRemoved !== false)
      react([{ kind: "orphaned", taskId: entry.taskId }])
  }

  const follow = async (ending: AbortSignal) => {
    for await (const events of store.subscribe({ after: position, signal: ending })) take(events)
  }
  const clock = (ending: AbortSignal) =>
    runClock(
      core,
      {
        dueStarts: dependencies.due,
        startNow: (taskId) => react([{ kind: "look-at-dependencies", taskId }]),
        tickIngest: async (nowMillis) => {
          for (const memberId of people.bury(nowMillis))
            chores.add(`destroy ${memberId}`, () => people.destroy(memberId))
          await ingester.tick(nowMillis)
        },
      },
      ending,
    )
  const ingest = async (ending: AbortSignal) => {
    // The read blocks on the server: it is woken, or the end would have to wait for it.
    const wake = () => {
      bus.wakeReader().catch((error: unknown) => log.debug({ reason: String(error) }, "the reader was not woken"))
    }
    ending.addEventListener("abort", wake, { once: true })
    await ingester.run(ending)
    ending.removeEventListener("abort", wake)
  }
  await together(signal, [
    follow,
    chores.run,
    deliverer.run,
    assigner.run,
    watcher.run,
    ingest,
    clock,
    (ending) => runHealth(core, deliverer, mailroom, ending),
  ])
}
