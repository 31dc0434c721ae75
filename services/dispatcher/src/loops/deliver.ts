import type { ControlMessage } from "@muster/contracts"
import { comparePositions, fact, streams, type MemberId, type TeamId } from "@muster/domain"
import { isBusError } from "@muster/team-bus"
import type { Core } from "#src/core.ts"
import { Latch } from "#src/latch.ts"
import { INBOX_MAX_ENTRIES } from "#src/limits.ts"
import { inParallel } from "#src/load.ts"
import { counters } from "#src/metrics.ts"
import { envelopeOf } from "#src/model/envelope.ts"
import type { MemberEntry } from "#src/model/member.ts"
import { settingsOf } from "#src/model/reactions.ts"
import { controlsOf } from "#src/model/task.ts"
import { backoffMillis, pause } from "#src/pause.ts"
import { mint, note } from "#src/record.ts"

/** What is to be written for one member. */
interface Outgoing {
  shouldPublish: boolean
  /** Empty the inbox first: something that must go into it has an id below its last one. */
  shouldReset: boolean
  /** The inbox holds a foreign id. */
  isSuspect: boolean
  shouldRepeat: boolean
  controls: ControlMessage[]
  removals: string[]
  failures: number
  notBeforeMillis: number
}

const nothing = (): Outgoing => ({
  shouldPublish: false,
  shouldReset: false,
  isSuspect: false,
  shouldRepeat: false,
  controls: [],
  removals: [],
  failures: 0,
  notBeforeMillis: 0,
})

export interface Deliverer {
  readonly publish: (memberId: MemberId, position?: string) => void
  readonly control: (memberId: MemberId, message: ControlMessage) => void
  readonly removeEntry: (memberId: MemberId, position: string) => void
  /** Say again all that the member's agent may have missed. */
  readonly repeat: (memberId: MemberId) => void
  /** Publishes from scratch: nothing is known any more about what the inbox holds. */
  readonly republish: (memberId: MemberId) => void
  /** Looks at the inbox, and sets it aside when it holds foreign ids. */
  readonly suspect: (memberId: MemberId) => void
  /** Makes the team's bus anew from the log, unless it turns out to be as it should. */
  readonly rebuild: (teamId: TeamId) => void
  /** The generation this dispatcher works with; undefined before it was read or made. */
  readonly generationOf: (teamId: TeamId) => string | undefined
  /** No id that we wrote into this inbox can be beyond this position. */
  readonly ceilingOf: (memberId: MemberId) => string
  readonly run: (signal: AbortSignal) => Promise<void>
}

/** Thrown to try again after a pause, when the bus answered something that a second look may mend. */
class NotDelivered extends Error {
  override readonly name = "NotDelivered"
}

/** An id that is no position of ours, or one that we cannot have written yet. */
export const isForeignId = (lastId: string, ceiling: string): boolean => {
  const [position = "0", sequence] = lastId.split("-")
  return sequence !== "0" || comparePositions(position, ceiling) > 0
}

/**
 * The only one who writes inboxes and control streams (acknowledgements of reports aside). One writer: a rebuild cannot meet
 * a publication halfway, and the ids of an inbox rise.
 */
export const makeDeliverer = (core: Core): Deliverer => {
  const { bus, world, log } = core
  const outgoing = new Map<MemberId, Outgoing>()
  const rebuilds = new Set<TeamId>()
  const generations = new Map<TeamId, string>()
  /** Member → position up to which all that it holds is in its inbox. */
  const published = new Map<MemberId, string>()
  /** Member → highest position that was sent, whether or not it arrived. */
  const attempted = new Map<MemberId, string>()
  const latch = new Latch()
  let rebuildFailures = 0

  const of = (memberId: MemberId): Outgoing => {
    let own = outgoing.get(memberId)
    if (own === undefined) outgoing.set(memberId, (own = nothing()))
    latch.set()
    return own
  }

  const ceilingOf = (memberId: MemberId): string => {
    const own = attempted.get(memberId) ?? "0"
    return comparePositions(own, core.startHead) > 0 ? own : core.startHead
  }

  const heldAbove = (memberId: MemberId, after: string) =>
    world
      .heldBy(memberId)
      .filter(({ hold }) => hold !== undefined && comparePositions(hold.position, after) > 0)
      .sort((a, b) => comparePositions(a.hold?.position ?? "0", b.hold?.position ?? "0"))

  const quarantine = async (member: MemberEntry) => {
    const [state] = await bus.inboxes([member])
    if (state?.lastId === undefined || !isForeignId(state.lastId, ceilingOf(member.memberId))) return
    const { setAsideAs } = await bus.quarantine(member)
    published.delete(member.memberId)
    counters.quarantines.inc()
    log.error({ member: member.memberId, lastId: state.lastId, setAsideAs }, "an inbox held foreign ids; set aside")
    const lastId = state.lastId.slice(0, 64)
    await note(core, streams.member(member.memberId), member, [
      fact("MemberInboxQuarantined", { lastId, setAsideAs: setAsideAs.slice(0, 255) }),
    ])
  }

  const publishHeld = async (member: MemberEntry, generation: string | undefined): Promise<void> => {
    const { memberId } = member
    const entries = heldAbove(memberId, published.get(memberId) ?? "0").flatMap((entry) => {
      const envelope = envelopeOf(entry, member)
      return envelope === undefined ? [] : [{ position: envelope.position, envelope }]
    })
    const last = entries.at(-1)?.position
    if (last === undefined) return
    const headPosition = ceilingOf(memberId)
    attempted.set(memberId, last)
    const outcome = await bus.publish(member, entries, { generation, headPosition, cap: INBOX_MAX_ENTRIES })
    switch (outcome.kind) {
      case "published":
        published.set(memberId, last)
        counters.published.inc(outcome.added)
        return
      case "generation-lost":
        rebuilds.add(member.teamId)
        throw new NotDelivered("the team's bus has another generation")
      case "inbox-missing":
        published.delete(memberId)
        await bus.ensureMembers([member])
        throw new NotDelivered("the inbox was not there")
      case "inbox-ahead":
        await quarantine(member)
        throw new NotDelivered("the inbox held foreign ids")
      case "inbox-full":
        throw new NotDelivered("the inbox is full")
      default:
        return outcome satisfies never
    }
  }

  const standingControls = (member: MemberEntry): readonly ControlMessage[] => {
    const settings = settingsOf(member)
    return [...(settings === undefined ? [] : [settings]), ...world.heldBy(member.memberId).flatMap(controlsOf)]
  }

  const rebuildTeam = async (teamId: TeamId): Promise<void> => {
    const team = world.team(teamId)
    if (team === undefined) return
    const known = generations.get(teamId)
    const [found] = await bus.generations([teamId])
    const isOurs = known === undefined ? found?.startsWith(`${core.logGeneration}:`) : found === known
    if (found !== undefined && isOurs) {
      generations.set(teamId, found)
      return
    }
    const members = [...world.membersOf(teamId)]
    const hadWork = members.some(({ memberId }) =>
      world.heldBy(memberId).some(({ hold }) => comparePositions(hold?.position ?? "0", core.startHead) <= 0),
    )
    await bus.clearGeneration(teamId)
    let assignments = 0
    for (const member of members) {
      await bus.resetMember(member)
      published.delete(member.memberId)
      await publishHeld(member, undefined)
      await bus.control(member, standingControls(member))
      assignments += world.heldCount(member.memberId)
    }
    const generation = `${core.logGeneration}:${mint.command()}`
    await bus.setGeneration(teamId, generation)
    generations.set(teamId, generation)
    core.leases.grantGrace(Date.now())
    // A bus that never was is made, not rebuilt: that is no news.
    if (known === undefined && !hadWork) return
    counters.rebuilds.inc()
    log.warn({ team: teamId, assignments }, "the team's bus was rebuilt from the log")
    await note(core, streams.team(teamId), team, [fact("BusRebuilt", { generation, assignments })])
  }

  /** One look per team at a time, however many members ask. */
  const looks = new Map<TeamId, Promise<void>>()
  const learn = (teamId: TeamId): Promise<void> => {
    const look = looks.get(teamId) ?? rebuildTeam(teamId).finally(() => looks.delete(teamId))
    looks.set(teamId, look)
    return look
  }

  const deliver = async (memberId: MemberId, work: Outgoing): Promise<void> => {
    const member = world.member(memberId)
    if (member === undefined) return
    if (member.state.isRemoved) {
      // It is still told to stop; there is nothing else for it.
      await bus.control(member, work.controls)
      return
    }
    if (!generations.has(member.teamId)) await learn(member.teamId)
    const generation = generations.get(member.teamId)
    if (work.isSuspect) await quarantine(member)
    if (work.shouldReset) {
      await bus.resetMember(member)
      published.delete(memberId)
    }
    if (work.shouldPublish || work.shouldReset || work.isSuspect) await publishHeld(member, generation)
    const repeated = work.shouldRepeat || work.shouldReset ? standingControls(member) : []
    const controls = [...repeated, ...work.controls]
    if (controls.length > 0) await bus.control(member, controls)
    if (work.removals.length > 0) await bus.removeTasks(member, work.removals)
  }

  const putBack = (memberId: MemberId, work: Outgoing): void => {
    const newer = of(memberId)
    newer.shouldPublish ||= work.shouldPublish
    newer.shouldReset ||= work.shouldReset
    newer.isSuspect ||= work.isSuspect
    newer.shouldRepeat ||= work.shouldRepeat
    newer.controls = [...work.controls, ...newer.controls]
    newer.removals = [...work.removals, ...newer.removals]
    newer.failures = work.failures + 1
    newer.notBeforeMillis = Date.now() + backoffMillis(work.failures)
  }

  /** A failure that a later try may mend is told once; any other is a bug and ends this life. */
  const tolerate = (error: unknown, about: object, isFirst: boolean): void => {
    if (!isBusError(error) && !(error instanceof NotDelivered)) throw error
    if (isFirst) log.info({ ...about, reason: error.message }, "not delivered yet, trying again")
  }

  const isDue = ({ notBeforeMillis }: Outgoing) => notBeforeMillis <= Date.now()

  /** Does what is due; one member's trouble keeps none of the others. */
  const round = async (signal: AbortSignal): Promise<void> => {
    let hasFailed = false
    const teamIds = [...rebuilds]
    rebuilds.clear()
    for (const teamId of teamIds) {
      try {
        await learn(teamId)
      } catch (error) {
        rebuilds.add(teamId)
        tolerate(error, { team: teamId }, rebuildFailures === 0)
        hasFailed = true
      }
    }
    const due = [...outgoing].filter(([, work]) => isDue(work))
    for (const [memberId] of due) outgoing.delete(memberId)
    await inParallel(due, async ([memberId, work]) => {
      try {
        await deliver(memberId, work)
      } catch (error) {
        putBack(memberId, work)
        tolerate(error, { member: memberId }, work.failures === 0)
      }
    })
    rebuildFailures = hasFailed ? rebuildFailures + 1 : 0
    if (hasFailed) await pause(backoffMillis(rebuildFailures - 1), signal)
  }

  return {
    publish: (memberId, position) => {
      const own = of(memberId)
      own.shouldPublish = true
      const through = published.get(memberId)
      // Recorded, but learned of only after a later one was published: its id would be refused for ever.
      if (position !== undefined && through !== undefined && comparePositions(position, through) <= 0)
        own.shouldReset = true
    },
    control: (memberId, message) => {
      of(memberId).controls.push(message)
    },
    removeEntry: (memberId, position) => {
      of(memberId).removals.push(position)
    },
    repeat: (memberId) => {
      of(memberId).shouldRepeat = true
    },
    republish: (memberId) => {
      published.delete(memberId)
      of(memberId).shouldPublish = true
    },
    suspect: (memberId) => {
      of(memberId).isSuspect = true
    },
    rebuild: (teamId) => {
      rebuilds.add(teamId)
      latch.set()
    },
    generationOf: (teamId) => generations.get(teamId),
    ceilingOf,
    run: async (signal) => {
      while (!signal.aborted) {
        if (rebuilds.size === 0 && ![...outgoing.values()].some(isDue)) {
          const next = Math.min(...[...outgoing.values()].map(({ notBeforeMillis }) => notBeforeMillis))
          await latch.wait(signal, Number.isFinite(next) ? Math.max(1, next - Date.now()) : undefined)
        } else await round(signal)
      }
    },
  }
}
