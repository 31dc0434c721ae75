import type { MemberId } from "@muster/domain"
import type { PlaceBeat, Places } from "@muster/operational-state"
import type { ProvisionerTimings } from "#src/limits.ts"

/** A claim must outlast several beats that fail, and what a place may do on it must end well before it does. */
export class ClaimTooShort extends Error {
  override readonly name = "ClaimTooShort"
}

/** Which members' agents are this place's to run. */
export interface Claims {
  /** Renews what is claimed, and claims what nobody has, up to this place's share. Answers with whether anything is other than before. */
  readonly beat: (members: readonly MemberId[]) => Promise<boolean>
  /** True while the member's agent is ours to start, by our own clock. Asked right before it is done. */
  readonly isOwn: (memberId: string) => boolean
  /** True when its agent runs at another place. */
  readonly isElsewhere: (memberId: string) => boolean
  /** All that is claimed here, as of the last beat. */
  readonly own: () => Iterable<MemberId>
  /** Lets go of members that have no agent here. */
  readonly release: (members: readonly MemberId[]) => Promise<void>
  /** Lets go of all; call it when all agents have ended. */
  readonly leave: () => Promise<void>
}

export interface ClaimsOptions {
  readonly places: Places
  /** This place's id: a UUID. */
  readonly place: string
  readonly timings: Pick<ProvisionerTimings, "placeLeaseMillis" | "placeRenewMillis">
}

const isSame = (a: ReadonlySet<string>, b: ReadonlySet<string>): boolean =>
  a.size === b.size && [...a].every((id) => b.has(id))

/**
 * Keeps this place's claims. Others go by the clock of the database; this process by its own monotonic one from before the beat was
 * sent, less one renewal: it starts nothing any more before another place may.
 */
export const makeClaims = ({ places, place, timings }: ClaimsOptions): Claims => {
  const { placeLeaseMillis: leaseMillis, placeRenewMillis: renewMillis } = timings
  if (!(leaseMillis > 3 * renewMillis))
    throw new ClaimTooShort(`a claim of ${leaseMillis} ms must be longer than three renewals of ${renewMillis} ms`)
  let current: PlaceBeat = { own: new Set(), elsewhere: new Set(), taken: [] }
  let keepUntilMillis = Number.NEGATIVE_INFINITY
  return {
    beat: async (members) => {
      const sentMillis = performance.now()
      const before = current
      current = await places.beat({ place, leaseMillis, members })
      keepUntilMillis = sentMillis + leaseMillis - renewMillis
      return !isSame(before.own, current.own) || !isSame(before.elsewhere, current.elsewhere)
    },
    isOwn: (memberId) => performance.now() < keepUntilMillis && current.own.has(memberId as MemberId),
    isElsewhere: (memberId) => current.elsewhere.has(memberId as MemberId),
    own: () => current.own,
    release: (members) => places.release(place, members),
    leave: () => places.leave(place),
  }
}
