import { backoffMillis, latch, pause } from "@muster/platform"
import { LET_GO_LOOK_MILLIS, LET_GO_MAX_MILLIS, LOOP_BACKOFF } from "#src/limits.ts"
import type { ControlMessage } from "@muster/contracts"
import type { MemberId, TeamId } from "@muster/domain"
import { isBusError } from "@muster/team-bus"
import type { Core } from "#src/core.ts"
import { inParallel } from "#src/load.ts"
import { GenerationLost, HeldMissing, NotDelivered, type Mailroom } from "#src/mailroom.ts"

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
  /** Waits until nothing is left to be written for these members, or for as long as it is worth. Never rejects. */
  readonly settle: (memberIds: ReadonlySet<string>, signal: AbortSignal) => Promise<void>
  /** Makes the team's bus anew from the log, unless it turns out to be as it should. */
  readonly rebuild: (teamId: TeamId) => void
  readonly run: (signal: AbortSignal) => Promise<void>
}

/**
 * The only one who writes inboxes and control streams (acknowledgements of reports aside). One writer: a rebuild cannot meet
 * a publication halfway, and the ids of an inbox rise.
 */
export const makeDeliverer = (core: Core, mailroom: Mailroom): Deliverer => {
  const { bus, world, log } = core
  const outgoing = new Map<MemberId, Outgoing>()
  const rebuilds = new Set<TeamId>()
  /** Members that are being written to. */
  const underWay = new Set<MemberId>()
  const bell = latch()
  let rebuildFailures = 0

  const of = (memberId: MemberId): Outgoing => {
    let own = outgoing.get(memberId)
    if (own === undefined) outgoing.set(memberId, (own = nothing()))
    bell.ring()
    return own
  }

  const deliver = async (memberId: MemberId, work: Outgoing): Promise<void> => {
    const member = world.member(memberId)
    if (member === undefined) return
    if (member.state.isRemoved) {
      // It is still told to stop; there is nothing else for it.
      await bus.control(member, work.controls)
      return
    }
    if (mailroom.generationOf(member.teamId) === undefined) await mailroom.settleTeam(member.teamId)
    if (work.isSuspect) await mailroom.quarantine(member)
    if (work.shouldReset) await mailroom.publishAnew(member)
    else if (work.shouldPublish || work.isSuspect) await mailroom.publishHeld(member)
    const repeated = work.shouldRepeat || work.shouldReset ? mailroom.standingControls(member) : []
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
    newer.notBeforeMillis = performance.now() + backoffMillis(LOOP_BACKOFF, work.failures)
  }

  /** A failure that a later try may mend is told once; any other is a bug and ends this life. */
  const tolerate = (error: unknown, about: object, isFirst: boolean): void => {
    if (!isBusError(error) && !(error instanceof NotDelivered)) throw error
    if (isFirst) log.info({ ...about, reason: error.message }, "not delivered yet, trying again")
  }

  const isDue = ({ notBeforeMillis }: Outgoing) => notBeforeMillis <= performance.now()

  /** Does what is due; one member's trouble keeps none of the others. */
  const round = async (signal: AbortSignal): Promise<void> => {
    let hasFailed = false
    const teamIds = [...rebuilds]
    rebuilds.clear()
    for (const teamId of teamIds) {
      try {
        await mailroom.settleTeam(teamId)
      } catch (error) {
        rebuilds.add(teamId)
        tolerate(error, { team: teamId }, rebuildFailures === 0)
        hasFailed = true
      }
    }
    const due = [...outgoing].filter(([, work]) => isDue(work))
    for (const [memberId] of due) outgoing.delete(memberId)
    await inParallel(due, async ([memberId, work]) => {
      underWay.add(memberId)
      try {
        await deliver(memberId, work)
      } catch (error) {
        putBack(memberId, error instanceof HeldMissing ? { ...work, shouldReset: true } : work)
        const teamId = world.member(memberId)?.teamId
        if (error instanceof GenerationLost && teamId !== undefined) rebuilds.add(teamId)
        tolerate(error, { member: memberId }, work.failures === 0)
      } finally {
        underWay.delete(memberId)
      }
    })
    rebuildFailures = hasFailed ? rebuildFailures + 1 : 0
    if (hasFailed) await pause(backoffMillis(LOOP_BACKOFF, rebuildFailures - 1), signal)
  }

  return {
    publish: (memberId, position) => {
      const own = of(memberId)
      own.shouldPublish = true
      // Recorded, but learned of only after a later one was published: its id would be refused for ever.
      if (position !== undefined && mailroom.isTooLate(memberId, position)) own.shouldReset = true
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
      mailroom.forget(memberId)
      of(memberId).shouldPublish = true
    },
    suspect: (memberId) => {
      of(memberId).isSuspect = true
    },
    settle: async (memberIds, signal) => {
      const untilMillis = performance.now() + LET_GO_MAX_MILLIS
      const isBusy = () => [...outgoing.keys(), ...underWay].some((memberId) => memberIds.has(memberId))
      while (isBusy() && performance.now() < untilMillis && !signal.aborted) await pause(LET_GO_LOOK_MILLIS, signal)
    },
    rebuild: (teamId) => {
      rebuilds.add(teamId)
      bell.ring()
    },
    run: async (signal) => {
      while (!signal.aborted) {
        if (rebuilds.size === 0 && ![...outgoing.values()].some(isDue)) {
          const next = Math.min(...[...outgoing.values()].map(({ notBeforeMillis }) => notBeforeMillis))
          await bell.wait(signal, Number.isFinite(next) ? Math.max(1, next - performance.now()) : undefined)
        } else await round(signal)
      }
    },
  }
}
