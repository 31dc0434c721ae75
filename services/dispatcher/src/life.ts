import { comparePositions, streams, type RecordedEvent, type TeamId } from "@muster/domain"
import { AtOnce, type HandOver } from "#src/at-once.ts"
import { makeChores } from "#src/chores.ts"
import type { Core, Foundations } from "#src/core.ts"
import { makeDeadLetters } from "#src/dead-letters.ts"
import { makeDependencies } from "#src/dependencies.ts"
import { makeHalts } from "#src/halts.ts"
import { foldingInto } from "#src/folding.ts"
import { makeHandover } from "#src/handover.ts"
import { storeOf } from "#src/lease-store.ts"
import { isOfTeams, readWholeStream } from "#src/load.ts"
import { makeAssigner } from "#src/loops/assign.ts"
import { runClock } from "#src/loops/clock.ts"
import { makeDeliverer } from "#src/loops/deliver.ts"
import { runHealth } from "#src/loops/health.ts"
import { makeIngester } from "#src/loops/ingest.ts"
import { makePresenceWatcher } from "#src/loops/presence.ts"
import { makeMailroom } from "#src/mailroom.ts"
import { LeaseBook } from "#src/model/leases.ts"
import { standingReactions, type Reaction } from "#src/model/reactions.ts"
import { World } from "#src/model/world.ts"
import { makeParents } from "#src/parents.ts"
import { makePeople } from "#src/people.ts"
import { PresenceBook } from "#src/presence-book.ts"
import { makeSchedules } from "#src/schedules.ts"
import { shardOf } from "#src/shards.ts"
import { everywhere, type Territory } from "#src/territory.ts"
import { together } from "#src/together.ts"

/**
 * One life of the dispatcher, for the shards of a territory (all teams, when none is given): loads what is open, then works until the
 * signal aborts; shards that come and go are taken over and given up on the way. Rejects when something fails that no loop can mend;
 * the caller begins another life, which finds everything in the log again.
 */
export const live = async (
  foundations: Foundations,
  signal: AbortSignal,
  territory: Territory = everywhere(foundations.bus),
  /** Told who takes dispatches of this process at once, while this life lasts. */
  open: (handOver: HandOver | undefined) => void = () => undefined,
): Promise<void> => {
  const { log, timings } = foundations
  const store = storeOf(foundations.store, territory.isCurrent)
  const logGeneration = await store.generation()
  const world = new World()
  const held = new Set<number>()
  const holds = (teamId: string) => held.has(shardOf(teamId))
  const { bus, claim } = territory.fence({ holds, logGeneration })
  const { fold, adopt } = foldingInto(world, log)
  let followed = await store.head()
  let startHead = followed
  if (signal.aborted) return

  const leases = new LeaseBook(timings.leaseMillis, foundations.nowMillis())
  const take: Core["take"] = (events) => react(fold(events.filter((event) => isOfTeams(event, holds))))
  const core: Core = {
    ...foundations,
    store,
    bus,
    world,
    leases,
    logGeneration,
    get startHead() {
      return startHead
    },
    holds,
    isCurrent: territory.isCurrent,
    take,
    react: (reactions) => react(reactions),
  }
  const book = new PresenceBook()
  const chores = makeChores(log)
  const mailroom = makeMailroom(core)
  const deliverer = makeDeliverer(core, mailroom)
  const assigner = makeAssigner(core, book, (memberId) => atOnce.isBusy(memberId))
  const atOnce = new AtOnce(core, book, assigner.offer)
  const watcher = makePresenceWatcher(core, book, assigner.offer, deliverer.republish)
  const people = makePeople(core, deliverer, watcher, book)
  const dependencies = makeDependencies(core)
  const parents = makeParents(core)
  const halts = makeHalts(core)
  const schedules = makeSchedules(core)
  const ingester = makeIngester(core, makeDeadLetters(core))

  const halt = (teamId: TeamId) => chores.add(`halt ${teamId}`, () => halts.enforce(teamId))

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
      case "look-at-parent":
        return chores.add(`parent ${reaction.taskId}`, () => parents.look(reaction.taskId))
      case "orphaned":
        return chores.add(`orphan ${reaction.taskId}`, () => people.orphaned(reaction.taskId))
      case "load-task":
        return chores.add(`load ${reaction.taskId}`, async () =>
          react(adoptOwn(await readWholeStream(store, streams.task(reaction.taskId)))),
        )
      case "member-added":
        return chores.add(`member ${reaction.memberId}`, () => people.added(reaction.memberId))
      case "member-bound":
        return chores.add(`bound ${reaction.memberId}`, () => people.bound(reaction.memberId, reaction.replaced))
      case "member-removed":
        for (const { taskId } of world.openOf(reaction.memberId)) reactOne({ kind: "orphaned", taskId })
        return chores.add(`removed ${reaction.memberId}`, () => people.removed(reaction.memberId, reaction.incarnation))
      case "team-changed":
        if (halts.isHalted(reaction.teamId)) halt(reaction.teamId)
        for (const { memberId } of world.membersOf(reaction.teamId)) assigner.offer(memberId)
        return mailroom.generationOf(reaction.teamId) === undefined ? deliverer.rebuild(reaction.teamId) : undefined
      default:
        return reaction satisfies never
    }
  }
  const react = (reactions: readonly Reaction[]): void => {
    for (const reaction of reactions) reactOne(reaction)
  }

  const adoptOwn = (events: readonly RecordedEvent[]) =>
    events[0] !== undefined && isOfTeams(events[0], holds) ? adopt(events) : []

  /** Nothing was done while the past was read: what the present asks for is worked out from the present. */
  const lookAtAll = (isNew: (teamId: string) => boolean) => {
    for (const member of world.liveMembers()) {
      const { memberId } = member
      if (!isNew(member.teamId)) continue
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
      if (!isNew(entry.teamId)) continue
      react(standingReactions(entry))
      if (world.member(entry.state.memberId)?.state.isRemoved !== false)
        react([{ kind: "orphaned", taskId: entry.taskId }])
    }
  }

  const handover = makeHandover({
    core,
    territory,
    claim,
    chores,
    held,
    followed: () => followed,
    onTaken: (isNew, position) => {
      startHead = comparePositions(position, startHead) > 0 ? position : startHead
      leases.grantGrace(foundations.nowMillis())
      lookAtAll(isNew)
      ingester.lookForPending()
      wakeReader()
    },
    beforeLettingGo: deliverer.settle,
    onLetGo: async (isGone, memberIds) => {
      mailroom.forgetTeams(isGone)
      for (const memberId of memberIds) book.forget(memberId)
      // The read that waits is for their outboxes too: what it would fetch, nobody would see to before the next sweep.
      await bus.wakeReader().catch((error: unknown) => log.debug({ reason: String(error) }, "the reader was not woken"))
    },
  })

  const follow = async (ending: AbortSignal) => {
    for await (const events of store.subscribe({ after: followed, signal: ending })) {
      take(events)
      followed = events.at(-1)?.position ?? followed
    }
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
          for (const teamId of halts.due(nowMillis)) halt(teamId)
          for (const scheduleId of schedules.due(nowMillis))
            chores.add(`schedule ${scheduleId}`, () => schedules.look(scheduleId))
          await ingester.tick(nowMillis)
        },
      },
      ending,
    )
  const wakeReader = () => {
    bus.wakeReader().catch((error: unknown) => log.debug({ reason: String(error) }, "the reader was not woken"))
  }
  const ingest = async (ending: AbortSignal) => {
    // The read blocks on the server: it is woken, or the end would have to wait for it.
    ending.addEventListener("abort", wakeReader, { once: true })
    await ingester.run(ending)
    ending.removeEventListener("abort", wakeReader)
  }
  open(atOnce.handOver)
  try {
    await together(signal, [
      follow,
      handover.run,
      chores.run,
      deliverer.run,
      assigner.run,
      watcher.run,
      ingest,
      clock,
      (ending) => runHealth(core, deliverer, mailroom, ending),
    ])
  } finally {
    open(undefined)
  }
}
