import { inLanes, startPlayer, type Played, type Player } from "./pool.ts"

/** A history ends with its agents and dispatchers in mid-course, and what they hold stays: threads are made anew before that slows them. */
const PLAYED_BY_ONE_THREAD = 1_000

/** What many histories came to. */
export interface Campaign {
  readonly histories: number
  readonly dispatches: number
  readonly faults: number
  readonly virtualMillis: number
  readonly events: number
  readonly cpuMillis: number
  readonly broken: readonly Played[]
}

export interface CampaignOptions {
  readonly seeds: Iterable<number>
  readonly workers: number
  /** Begin no history when this says so. */
  readonly isOver: () => boolean
  readonly onPlayed?: (played: Played, count: number) => void
}

/** Plays one history after the other on every worker; all are played, also after some were broken. */
export const runCampaign = async ({ seeds, workers, isOver, onPlayed }: CampaignOptions): Promise<Campaign> => {
  const queue = seeds[Symbol.iterator]()
  const broken: Played[] = []
  let [histories, dispatches, faults, virtualMillis, events, cpuMillis] = [0, 0, 0, 0, 0, 0]
  const lane = async (place: { player: Player }) => {
    let playedHere = 0
    for (let next = queue.next(); !next.done && !isOver(); next = queue.next()) {
      if (playedHere === PLAYED_BY_ONE_THREAD) {
        await place.player.close()
        place.player = startPlayer()
        playedHere = 0
      }
      const played = await place.player.play(next.value)
      playedHere += 1
      histories += 1
      dispatches += played.dispatches
      faults += played.faults
      virtualMillis += played.virtualMillis
      events += played.events
      cpuMillis += played.cpuMillis
      if (played.violations.length > 0) broken.push(played)
      onPlayed?.(played, histories)
    }
  }
  await inLanes(
    workers,
    () => ({ player: startPlayer() }),
    ({ player }) => player.close(),
    lane,
  )
  broken.sort((a, b) => a.seed - b.seed)
  return { histories, dispatches, faults, virtualMillis, events, cpuMillis, broken }
}

/** The numbers from `first` on, so many. */
export function* seedsFrom(first: number, count: number): Generator<number> {
  for (let n = 0; n < count; n += 1) yield first + n
}
