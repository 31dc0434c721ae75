import { CACHED_DOCUMENTS } from "#src/limits.ts"
import type { FeedHead } from "@muster/read-models"
import type { Owned, ProjectionKeys, ProjectionState } from "@muster/read-models/writer"
import type { MemberDoc, ScheduleDoc, TaskDoc, TeamDoc } from "@muster/contracts"
import { isClosed } from "@muster/domain"
import { LRUCache } from "lru-cache"

/** The documents a stretch of the log reads and changes, by key; absent ones are not in the maps. */
export interface Stage {
  readonly teams: Map<string, TeamDoc>
  readonly members: Map<string, Owned<MemberDoc>>
  readonly tasks: Map<string, Owned<TaskDoc>>
  readonly schedules: Map<string, Owned<ScheduleDoc>>
  readonly feeds: Map<string, FeedHead>
}

const emptyStage = (): Stage => ({
  teams: new Map(),
  members: new Map(),
  tasks: new Map(),
  schedules: new Map(),
  feeds: new Map(),
})

const move = <V extends object>(from: ReadonlyMap<string, V>, to: Map<string, V>): void => {
  for (const [key, value] of from) to.set(key, value)
}

interface Kind<V extends object> {
  readonly before: ReadonlyMap<string, V> | undefined
  readonly cache: LRUCache<string, V>
  readonly to: Map<string, V>
}

/** Takes what is at hand under the keys into the stage, the stage before this one first; answers with the keys that are not. */
const takeCached = <V extends object>(keys: readonly string[], { before, cache, to }: Kind<V>): readonly string[] =>
  keys.filter((key) => {
    const value = before?.get(key) ?? cache.get(key)
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
  const schedules = cacheOf<Owned<ScheduleDoc>>()
  const feeds = cacheOf<FeedHead>()
  return {
    /**
     * A stage with all documents under the keys, as they are after the stage `before`, which need not be committed yet. Those that are
     * not at hand come from `load`: that stage does not change them.
     */
    stage: async (
      keys: ProjectionKeys,
      before: Stage | undefined,
      load: (missing: ProjectionKeys) => Promise<ProjectionState>,
    ): Promise<Stage> => {
      const stage = emptyStage()
      const missing: ProjectionKeys = {
        teams: takeCached(keys.teams, { before: before?.teams, cache: teams, to: stage.teams }),
        members: takeCached(keys.members, { before: before?.members, cache: members, to: stage.members }),
        tasks: takeCached(keys.tasks, { before: before?.tasks, cache: tasks, to: stage.tasks }),
        schedules: takeCached(keys.schedules, { before: before?.schedules, cache: schedules, to: stage.schedules }),
        feeds: takeCached(keys.feeds, { before: before?.feeds, cache: feeds, to: stage.feeds }),
      }
      if (Object.values(missing).every((ids) => ids.length === 0)) return stage
      const stored = await load(missing)
      move(stored.teams, stage.teams)
      move(stored.members, stage.members)
      move(stored.tasks, stage.tasks)
      move(stored.schedules, stage.schedules)
      move(stored.feeds, stage.feeds)
      return stage
    },
    commit: (stage: Stage): void => {
      keep(stage.teams, teams)
      keep(stage.members, members)
      keep(stage.schedules, schedules)
      keep(stage.feeds, feeds)
      for (const [id, task] of stage.tasks) {
        // Little comes after the end of a task: its place is for those that go on.
        if (isClosed(task.doc.phase)) tasks.delete(id)
        else tasks.set(id, task)
      }
    },
  }
}
