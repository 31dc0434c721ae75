import type { Shards } from "@muster/operational-state"
import { latch, pause } from "@muster/platform"
import type { BusLog, FencingToken, OwnersBus } from "@muster/team-bus"
import { v7 } from "uuid"
import type { LogClock } from "#src/log-clock.ts"
import { SHARDS, type DispatcherTimings } from "#src/limits.ts"
import { counters, gauges } from "#src/metrics.ts"
import { shardOf, shareOf } from "#src/shards.ts"
import type { Territory } from "#src/territory.ts"

/** This work among others that are shared in the same way. */
const KIND = "dispatcher"

/** The lease must outlast several beats that fail, and what a process may do on it must end well before it does. */
export class LeaseTooShort extends Error {
  override readonly name = "LeaseTooShort"
}

/** One unbroken time of owning shards; it ends when the lease may have ended, and another begins when there is one again. */
export interface Tenure extends Territory {
  /** Aborts when the lease was lost. */
  readonly over: AbortSignal
  /** The life that worked for it has ended: nothing is in its hands any more. */
  readonly leave: () => void
}

export interface OwnerOptions {
  /**
   * Under which to own: a UUID. Whatever is owned under it belongs to a predecessor that is known to be dead, and is free at once. Default:
   * a new one.
   */
  readonly processId?: string | undefined
  readonly shards: Shards
  readonly bus: OwnersBus
  readonly log: BusLog
  readonly timings: Pick<DispatcherTimings, "shardLeaseMillis" | "shardRenewMillis">
  /** Set by every beat. */
  readonly clock: Pick<LogClock, "hear">
}

export interface Owner {
  /** The tenure that stands, or the next one; undefined when the signal aborts first. */
  readonly tenure: (signal: AbortSignal) => Promise<Tenure | undefined>
  /** Beats until the signal aborts; never rejects. */
  readonly run: (signal: AbortSignal) => Promise<void>
  /** Gives everything back at once; call it when nothing works any more. Never rejects. */
  readonly leave: () => Promise<void>
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : "unknown")

/**
 * Keeps this process's share of the shards. A beat renews the lease of all that is owned; time is the database's for others, and for
 * this process its own monotonic clock from before the beat was sent, less one renewal: so it stops before another may begin.
 */
export const makeOwner = ({ processId = v7(), shards: leases, bus, log, timings, clock }: OwnerOptions): Owner => {
  const { shardLeaseMillis: leaseMillis, shardRenewMillis: renewMillis } = timings
  if (!(leaseMillis > 3 * renewMillis))
    throw new LeaseTooShort(`a lease of ${leaseMillis} ms must be longer than three renewals of ${renewMillis} ms`)
  /** Shard → epoch, as of the last beat. */
  let owned = new Map<number, string>()
  /** Of those, the ones to work for; the others are beyond this process's share. */
  let wanted: ReadonlySet<number> = new Set()
  /** Shards that a life works for, or is about to let go. */
  const inHands = new Set<number>()
  let keepUntilMillis = Number.NEGATIVE_INFINITY
  let standing: { readonly tenure: Tenure; readonly end: () => void } | undefined
  let lapse: NodeJS.Timeout | undefined
  const tenureBell = latch()
  const changeBell = latch()

  const isCurrent = () => performance.now() < keepUntilMillis

  const show = () => {
    gauges.shardsOwned.set(owned.size)
    gauges.isOwner.set(owned.size > 0 ? 1 : 0)
  }

  const lose = (lost: number): void => {
    owned = new Map()
    wanted = new Set()
    show()
    if (standing === undefined) return
    const { end } = standing
    standing = undefined
    if (lost > 0) {
      counters.epochLosses.inc(lost)
      log.warn({ shards: lost }, "the lease of the shards was lost")
    }
    end()
  }

  /** One statement about the leases at a time: the answer to a beat must not be older than what was given back. */
  let last: Promise<void> = Promise.resolve()
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    const mine = last.then(work)
    last = mine.catch(() => undefined) // its caller hears of it
    return mine
  }

  const giveBack = async (shards: readonly number[]): Promise<void> => {
    if (shards.length === 0) return
    for (const shard of shards) owned.delete(shard)
    show()
    try {
      await leases.release({ kind: KIND, processId, shards })
    } catch (error) {
      log.info({ reason: reasonOf(error) }, "shards could not be given back: they are at the next beat")
    }
  }

  const begin = (): void => {
    const ending = new AbortController()
    const isStanding = () => !ending.signal.aborted && isCurrent()
    const tokenOf = (teamId: string, logGeneration: string): FencingToken | undefined => {
      const epoch = isStanding() ? owned.get(shardOf(teamId)) : undefined
      return epoch === undefined ? undefined : { logGeneration, epoch }
    }
    const tenure: Tenure = {
      over: ending.signal,
      shards: () => (isStanding() ? wanted : new Set()),
      change: (signal) => changeBell.wait(signal),
      take: (taken) => {
        for (const shard of taken) inHands.add(shard)
      },
      giveUp: async (given) => {
        for (const shard of given) inHands.delete(shard)
        await inTurn(() => (isStanding() ? giveBack(given) : Promise.resolve()))
      },
      isCurrent: isStanding,
      fence: ({ holds, logGeneration }) => ({
        bus: bus.fenced((teamId) => (holds(teamId) ? tokenOf(teamId, logGeneration) : undefined)),
        claim: bus.fenced((teamId) => tokenOf(teamId, logGeneration)).claim,
      }),
      leave: () => inHands.clear(),
    }
    standing = { tenure, end: () => ending.abort() }
    tenureBell.ring()
  }

  const beat = async (): Promise<void> => {
    const sentMillis = performance.now()
    const {
      owned: now,
      takenOver,
      liveProcesses,
      databaseMillis,
    } = await leases.beat({
      kind: KIND,
      processId,
      shards: SHARDS,
      leaseMillis,
    })
    clock.hear(databaseMillis, sentMillis)
    const found = new Map(now.map(({ shard, epoch }) => [shard, epoch]))
    const isUnbroken = isCurrent() && [...owned].every(([shard, epoch]) => found.get(shard) === epoch)
    if (!isUnbroken) lose(owned.size)
    keepUntilMillis = sentMillis + leaseMillis - renewMillis
    clearTimeout(lapse)
    lapse = setTimeout(() => lose(owned.size), Math.max(0, keepUntilMillis - performance.now()))
    const gained = now.filter(({ shard }) => !owned.has(shard)).length
    owned = found
    counters.takeOvers.inc(takenOver)
    gauges.liveProcesses.set(liveProcesses)
    show()
    // The highest numbers go: which ones does not matter, but it must not change from beat to beat.
    const kept = new Set([...owned.keys()].slice(0, shareOf(liveProcesses)))
    const idle = [...owned.keys()].filter((shard) => !kept.has(shard) && !inHands.has(shard))
    const isOther = kept.size !== wanted.size || [...kept].some((shard) => !wanted.has(shard))
    wanted = kept
    if (gained > 0 || isOther)
      log.info(
        { shards: kept.size, gained, takenOver, liveProcesses },
        "this process dispatches for its share of the teams",
      )
    if (standing === undefined && owned.size > 0 && isCurrent()) begin()
    if (isOther) changeBell.ring()
    await giveBack(idle)
  }

  return {
    tenure: async (signal) => {
      while (!signal.aborted) {
        if (standing !== undefined) return standing.tenure
        await tenureBell.wait(signal)
      }
      return undefined
    },
    run: async (signal) => {
      let failures = 0
      try {
        await leases.leave({ kind: KIND, processId })
      } catch (error) {
        // What a predecessor owned is then found at the first beat, under its epochs: it is dead, and they are nobody else's.
        log.info({ reason: reasonOf(error) }, "what a predecessor owned could not be given free")
      }
      while (!signal.aborted) {
        try {
          await inTurn(beat)
          failures = 0
        } catch (error) {
          if (failures === 0)
            log.warn({ reason: reasonOf(error) }, "the lease of the shards cannot be renewed, trying again")
          failures += 1
        }
        await pause(renewMillis, signal)
      }
    },
    leave: async () => {
      clearTimeout(lapse)
      keepUntilMillis = Number.NEGATIVE_INFINITY
      lose(0)
      try {
        await leases.leave({ kind: KIND, processId })
      } catch (error) {
        log.info({ reason: reasonOf(error) }, "the shards could not be given back: their lease ends by itself")
      }
    },
  }
}
