import { seedsFrom } from "../campaign.ts"
import { inLanes, startPlayer, type Played, type Player } from "../pool.ts"
import type { Bug } from "./bug.ts"
import { plant } from "./tree.ts"

/** What became of a planted bug. */
export interface Hunt {
  readonly name: string
  /** The history that found it; undefined: none did. */
  readonly found: Played | undefined
  readonly histories: number
}

export interface HuntOptions {
  readonly bugs: readonly Bug[]
  readonly seed: number
  /** Most histories for each bug. */
  readonly histories: number
  readonly workers: number
  readonly onHunted?: (hunt: Hunt) => void
}

/** A history counts only if it breaks nothing over the source as it is: `sound` plays it again there. */
const huntOne = async (bug: Bug, sound: Player, { seed, histories }: HuntOptions): Promise<Hunt> => {
  const { tree, remove } = plant(bug)
  const player = startPlayer(tree)
  try {
    let played = 0
    for (const next of seedsFrom(seed, histories)) {
      played += 1
      const found = await player.play(next)
      if (found.violations.length === 0) continue
      const control = await sound.play(next)
      if (control.violations.length === 0) return { name: bug.name, found, histories: played }
    }
    return { name: bug.name, found: undefined, histories: played }
  } finally {
    await player.close()
    remove()
  }
}

/** Plays the same histories over each planted bug until one is violated. */
export const huntBugs = async (options: HuntOptions): Promise<readonly Hunt[]> => {
  const { bugs, workers, onHunted } = options
  const queue = bugs.values()
  const hunts: Hunt[] = []
  await inLanes(
    workers,
    () => startPlayer(),
    (sound) => sound.close(),
    async (sound) => {
      for (const bug of queue) {
        const hunt = await huntOne(bug, sound, options)
        hunts.push(hunt)
        onHunted?.(hunt)
      }
    },
  )
  return hunts.sort((a, b) => (a.name < b.name ? -1 : 1))
}
