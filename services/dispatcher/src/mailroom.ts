import type { ControlMessage } from "@muster/contracts"
import { comparePositions, fact, streams, type MemberId, type TeamId } from "@muster/domain"
import type { ControlState, InboxEntry } from "@muster/team-bus"
import type { Core } from "#src/core.ts"
import { INBOX_MAX_ENTRIES } from "#src/limits.ts"
import { counters } from "#src/metrics.ts"
import { envelopeOf } from "#src/model/envelope.ts"
import type { MemberEntry } from "#src/model/member.ts"
import { settingsOf } from "#src/model/reactions.ts"
import { controlsOf } from "#src/model/task.ts"
import { mint, note } from "#src/record.ts"

/** Thrown when the bus answered something that a second try may mend. */
export class NotDelivered extends Error {
  override readonly name: string = "NotDelivered"
}

/** The team's bus was flushed or belongs to another log: it has to be rebuilt before anything else. */
export class GenerationLost extends NotDelivered {
  override readonly name = "GenerationLost"
}

/**
 * The inbox ends beyond something that was never put into it: an owner before this one had not known of it yet when it put a later one there. It can only be added
 * to an inbox that is made anew.
 */
export class HeldMissing extends NotDelivered {
  override readonly name = "HeldMissing"
}

/** An inbox that ends below what was put into it: somebody deleted it, and it was made anew. */
export const isMadeAnew = (lastId: string, publishedThrough: string): boolean =>
  comparePositions(lastId.split("-")[0] ?? "0", publishedThrough) < 0

/** An id that is no position of ours, or one that we cannot have written yet. */
export const isForeignId = (lastId: string, ceiling: string): boolean => {
  const [position = "0", sequence] = lastId.split("-")
  return sequence !== "0" || comparePositions(position, ceiling) > 0
}

const compareIds = (a: string, b: string): number => {
  const [[am = "0", as = "0"], [bm = "0", bs = "0"]] = [a.split("-"), b.split("-")]
  return comparePositions(am, bm) || comparePositions(as, bs)
}

/**
 * A control stream that was deleted since its last id was `seenId` (undefined: there was none yet, or nobody has looked): it is gone, ends
 * below it, or begins above it although nothing was ever taken off it. What was said in it may not have been heard.
 */
export const isControlLost = ({ lastId, firstId, hasAll }: ControlState, seenId: string | undefined): boolean => {
  if (lastId === undefined) return true
  if (seenId === undefined) return false
  return compareIds(lastId, seenId) < 0 || (hasAll && firstId !== undefined && compareIds(firstId, seenId) > 0)
}

/** What is written to a team's bus, made of what the world says. Every promise rejects with a BusError or NotDelivered. */
export interface Mailroom {
  /** Puts what the member holds into its inbox, as far as it is not known to be there. */
  readonly publishHeld: (member: MemberEntry) => Promise<void>
  /** Empties the inbox and the control stream first. */
  readonly publishAnew: (member: MemberEntry) => Promise<void>
  /** Sets the inbox aside if it holds foreign ids. */
  readonly quarantine: (member: MemberEntry) => Promise<void>
  /** Settings, answers, pauses and cancels that the member's agent has to know. */
  readonly standingControls: (member: MemberEntry) => readonly ControlMessage[]
  /** Nothing is known any more about what the inbox holds. */
  readonly forget: (memberId: MemberId) => void
  /** The same for all inboxes and the generation of these teams: somebody else writes them now. */
  readonly forgetTeams: (isGone: (teamId: string) => boolean) => void
  /** True when an entry at this position would be refused: a later one is in the inbox already, or on its way. */
  readonly isTooLate: (memberId: MemberId, position: string) => boolean
  /** Position up to which all that the member holds was put into its inbox; "0": nothing is known. Its last id is not below. */
  readonly publishedThrough: (memberId: MemberId) => string
  /** No id that we wrote into this inbox can be beyond this position. */
  readonly ceilingOf: (memberId: MemberId) => string
  /** The generation this dispatcher works with; undefined before it was read or made. */
  readonly generationOf: (teamId: TeamId) => string | undefined
  /** Reads the team's generation, and makes the team's bus anew from the log unless it is as it should be. */
  readonly settleTeam: (teamId: TeamId) => Promise<void>
}

export const makeMailroom = (core: Core): Mailroom => {
  const { bus, world, log } = core
  const generations = new Map<TeamId, string>()
  /** Member → position up to which all that it holds is in its inbox. */
  const published = new Map<MemberId, string>()
  /** Member → highest position that was sent, whether or not it arrived. */
  const attempted = new Map<MemberId, string>()
  /** Member → its team, for all that were published to. */
  const teamOf = new Map<MemberId, TeamId>()

  const ceilingOf = (memberId: MemberId): string => {
    const own = attempted.get(memberId) ?? "0"
    return comparePositions(own, core.startHead) > 0 ? own : core.startHead
  }

  const publishedThrough = (memberId: MemberId): string => published.get(memberId) ?? "0"

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

  /** Fails with HeldMissing when one of these that nobody has begun is not in the inbox. */
  const checkWaiting = async (member: MemberEntry, entries: readonly InboxEntry[]): Promise<void> => {
    const sent = new Set(entries.map(({ position }) => position))
    const waiting = world
      .heldBy(member.memberId)
      .flatMap(({ hold }) => (hold === undefined || hold.isStarted || !sent.has(hold.position) ? [] : [hold.position]))
    const areThere = await bus.holdsTasks(member, waiting)
    if (areThere.includes(false)) throw new HeldMissing("the inbox lacks what is held")
  }

  const publishHeld = async (member: MemberEntry, generation: string | undefined): Promise<void> => {
    const { memberId } = member
    const after = publishedThrough(memberId)
    const entries = heldAbove(memberId, after).flatMap((entry) => {
      const envelope = envelopeOf(entry, member)
      return envelope === undefined ? [] : [{ position: envelope.position, envelope }]
    })
    const last = entries.at(-1)?.position
    if (last === undefined) return
    const headPosition = ceilingOf(memberId)
    attempted.set(memberId, last)
    teamOf.set(memberId, member.teamId)
    const outcome = await bus.publish(member, entries, { generation, headPosition, after, cap: INBOX_MAX_ENTRIES })
    switch (outcome.kind) {
      case "published":
        // What is taken for a duplicate is known to be one only from what this life has put there itself.
        if (after === "0" && outcome.duplicates > 0) await checkWaiting(member, entries)
        published.set(memberId, last)
        counters.published.inc(outcome.added)
        return
      case "generation-lost":
        throw new GenerationLost("the team's bus has another generation")
      case "inbox-missing":
        published.delete(memberId)
        await bus.ensureMembers([member])
        throw new NotDelivered("the inbox was not there, or made anew")
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
    core.leases.grantGrace(core.nowMillis())
    // A bus that never was is made, not rebuilt: that is no news.
    if (known === undefined && !hadWork) return
    counters.rebuilds.inc()
    log.warn({ team: teamId, assignments }, "the team's bus was rebuilt from the log")
    await note(core, streams.team(teamId), team, [fact("BusRebuilt", { generation, assignments })])
  }

  /** One look per team at a time, however many members ask. */
  const looks = new Map<TeamId, Promise<void>>()
  const settleTeam = (teamId: TeamId): Promise<void> => {
    const look = looks.get(teamId) ?? rebuildTeam(teamId).finally(() => looks.delete(teamId))
    looks.set(teamId, look)
    return look
  }

  return {
    publishHeld: (member) => publishHeld(member, generations.get(member.teamId)),
    publishAnew: async (member) => {
      await bus.resetMember(member)
      published.delete(member.memberId)
      await publishHeld(member, generations.get(member.teamId))
    },
    quarantine,
    standingControls,
    forget: (memberId) => {
      published.delete(memberId)
    },
    forgetTeams: (isGone) => {
      for (const teamId of generations.keys()) if (isGone(teamId)) generations.delete(teamId)
      for (const [memberId, teamId] of teamOf)
        if (isGone(teamId)) for (const known of [published, attempted, teamOf]) known.delete(memberId)
    },
    isTooLate: (memberId, position) => {
      // Also what is on its way counts: it would be in the inbox before this one is looked for.
      const through = attempted.get(memberId)
      return through !== undefined && comparePositions(position, through) <= 0
    },
    publishedThrough,
    ceilingOf,
    generationOf: (teamId) => generations.get(teamId),
    settleTeam,
  }
}
