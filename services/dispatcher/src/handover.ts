import { comparePositions, type MemberId, type Position } from "@muster/domain"
import { isBusError } from "@muster/team-bus"
import type { Chores } from "#src/chores.ts"
import type { Core } from "#src/core.ts"
import { loadTeams } from "#src/load.ts"
import { shardOf } from "#src/shards.ts"
import type { OwnBus, Territory } from "#src/territory.ts"

export interface HandoverOptions {
  readonly core: Core
  readonly territory: Territory
  readonly claim: OwnBus["claim"]
  readonly chores: Chores
  /** Shards that the life works for: this alone changes them. */
  readonly held: Set<number>
  /** How far the life has followed the log. */
  readonly followed: () => Position
  /** These teams are the life's from now on, as of this position. Runs in the same turn in which they join the world. */
  readonly onTaken: (isNew: (teamId: string) => boolean, position: Position) => void
  /** Resolves when what is still to be written for these members is written, as far as that can be waited for. */
  readonly beforeLettingGo: (memberIds: ReadonlySet<MemberId>, signal: AbortSignal) => Promise<void>
  /** These teams are not in the world any more. Never rejects. */
  readonly onLetGo: (isGone: (teamId: string) => boolean, memberIds: readonly MemberId[]) => Promise<void>
}

/**
 * Takes over and lets go of shards while everything else goes on: teams are loaded into a world of their own, which joins the living
 * one between two batches of the log. How much is open elsewhere costs nothing.
 */
export const makeHandover = (options: HandoverOptions) => {
  const { core, territory, claim, chores, held, followed, onTaken, beforeLettingGo, onLetGo } = options
  const { world, store, openWork, log } = core

  const claimSoon = async (teamIds: readonly string[]): Promise<void> => {
    try {
      await claim(teamIds)
    } catch (error) {
      // The bus may be away, and is no reason not to begin: every write claims its team as well.
      if (!isBusError(error)) throw error
      chores.add(`claim ${teamIds[0]}`, () => claim(teamIds.filter(core.holds)))
    }
  }

  const takeOver = async (shards: ReadonlySet<number>, signal: AbortSignal): Promise<void> => {
    territory.take([...shards])
    const isNew = (teamId: string) => shards.has(shardOf(teamId))
    const loaded = await loadTeams({ store, openWork, log, isWanted: isNew, claim: claimSoon, signal })
    while (comparePositions(loaded.position(), followed()) < 0 && !signal.aborted) await loaded.catchUp(followed())
    if (signal.aborted || !territory.isCurrent()) return
    // From here to the end nothing else happens: the follower goes on where these teams are now.
    for (const shard of shards) held.add(shard)
    world.merge(loaded.world)
    onTaken(isNew, loaded.position())
    const openTasks = [...loaded.world.tasks()].length
    log.info({ shards: shards.size, position: loaded.position(), openTasks }, "the dispatcher has read what is open")
  }

  const letGo = async (shards: ReadonlySet<number>, signal: AbortSignal): Promise<void> => {
    const isGone = (teamId: string) => shards.has(shardOf(teamId))
    const memberIds = [...world.liveMembers()].filter(({ teamId }) => isGone(teamId)).map(({ memberId }) => memberId)
    await beforeLettingGo(new Set(memberIds), signal)
    for (const shard of shards) held.delete(shard)
    world.dropTeams(isGone)
    await onLetGo(isGone, memberIds)
    log.info({ shards: shards.size }, "shards were let go")
    await territory.giveUp([...shards])
  }

  return {
    /** Follows the territory until the signal aborts. Rejects when what is open cannot be read. */
    run: async (signal: AbortSignal): Promise<void> => {
      while (!signal.aborted) {
        const wanted = territory.shards()
        const surplus = new Set([...held].filter((shard) => !wanted.has(shard)))
        const missing = new Set([...wanted].filter((shard) => !held.has(shard)))
        if (surplus.size > 0) await letGo(surplus, signal)
        if (missing.size > 0) await takeOver(missing, signal)
        await territory.change(signal)
      }
    },
  }
}
