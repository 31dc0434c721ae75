import { CACHED_DOCUMENTS } from "#src/limits.ts"
import type { FeedHead } from "@muster/read-models"
import type { Owned, ProjectionKeys, ProjectionState } from "@muster/read-models/writer"
import type { MemberDoc, TaskDoc, TeamDoc } from "@muster/contracts"
import { LRUCache } from "lru-cache"

/** The documents a stretch of the log reads and changes, by key; absent ones are not in the maps. */
export interface Stage {
  readonly teams: Map<string, TeamDoc>
  readonly members: Map<string, Owned<MemberDoc>>
  readonly tasks: Map<string, Owned<TaskDoc>>
  readonly feeds: Map<string, FeedHead>
}

const emptyStage = (): Stage => ({ teams: new Map(), members: new Map(), tasks: new Map(), feeds: new Map() })

const move = <V extends object>(from: ReadonlyMap<string, V>, to: Map<string, V>): void => {
  for (const [key, value] of from) to.set(key, value)
}

/** Takes the keys that are cached into the stage; answers with those that are not. */
const takeCached = <V extends object>(
  keys: readonly string[],
  cache: LRUCache<string, V>,
  to: Map<string, V>,
): readonly string[] =>
  keys.filter((key) => {
    const value = cache.get(key)
    if (value === undefined) return true
    to.set(key, value)
    return false
  })

const keep = <V extends object>(from: ReadonlyMap<string, V>, cache: LRUCache<string, V>): void => {
  for (const [key, value] of from) cache.set(key, value)
}

const cacheOf = <V extends object>() => new LRUCache<string, V>({ max: CACHED_DOCUMENTS })

/** Committed documents, kept between steps. What a step changes gets here only after its commit. */
export const makeDocumentCache = () => {
  const teams = cacheOf<TeamDoc>()
  const members = cacheOf<Owned<MemberDoc>>()
  const tasks = cacheOf<Owned<TaskDoc>>()
  const feeds = cacheOf<FeedHead>()
  return {
    /** A stage with all documents under the keys; those not cached come from `load`. */
    stage: async (
      keys: ProjectionKeys,
      load: (missing: ProjectionKeys) => Promise<ProjectionState>,
    ): Promise<Stage> => {
      const stage = emptyStage()
      const missing: ProjectionKeys = {
        teams: takeCached(keys.teams, teams, stage.teams),
        members: takeCached(keys.members, members, stage.members),
        tasks: takeCached(keys.tasks, tasks, stage.tasks),
        feeds: takeCached(keys.feeds, feeds, stage.feeds),
      }
      if (Object.values(missing).every((ids) => ids.length === 0)) return stage
      const stored = await load(missing)
      move(stored.teams, stage.teams)
      move(stored.members, stage.members)
      move(stored.tasks, stage.tasks)
      move(stored.feeds, stage.feeds)
      return stage
    },
    commit: (stage: Stage): void => {
      keep(stage.teams, teams)
      keep(stage.members, members)
      keep(stage.tasks, tasks)
      keep(stage.feeds, feeds)
    },
  }
}
