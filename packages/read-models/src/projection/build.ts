import { all, type Database } from "#src/database.ts"
import { BUILD_TIMEOUT_MILLIS } from "#src/limits.ts"
import type { ProjectionOwner } from "#src/projection/owner.ts"
import type { Position } from "@muster/domain"
import type postgres from "postgres"

/** What the projection begins again from. */
export interface Beginning {
  readonly position: Position
  readonly generation: string
  readonly feedVersion: number
}

interface Answer {
  readonly is_ours: boolean
}

/** Each function of the database that is called here says whether the projection is still the caller's. */
const isOurs = async (
  database: Database,
  call: (sql: postgres.Sql) => PromiseLike<readonly Answer[]>,
  timeoutMillis?: number,
): Promise<boolean> => {
  const rows = await database.run((sql) => all(call(sql), timeoutMillis))
  return rows[0]?.is_ours === true
}

/**
 * Empties all read models and puts the checkpoint back, for a log of `generation`, in one transaction: readers see the old state
 * or none. Answers with the ownership of the new state; undefined when somebody else owns the projection.
 */
export const resetProjection = async (
  database: Database,
  owner: ProjectionOwner,
  to: Beginning,
): Promise<ProjectionOwner | undefined> => {
  const ours = await isOurs(
    database,
    (sql) => sql<Answer[]>`
      SELECT rm.reset_projection(
        ${owner.name}, ${owner.epoch}, ${to.position}, ${to.generation}, ${to.feedVersion}) AS is_ours`,
  )
  return ours ? { ...owner, ...to } : undefined
}

/**
 * Makes empty tables beside those in use, which stay as they are. Steps and loads under the ownership that it answers with go to
 * the new tables; undefined when somebody else owns the projection.
 */
export const beginBuild = async (
  database: Database,
  owner: ProjectionOwner,
  to: Beginning,
): Promise<ProjectionOwner | undefined> => {
  const ours = await isOurs(
    database,
    (sql) => sql<Answer[]>`
      SELECT rm.begin_build(
        ${owner.name}, ${owner.epoch}, ${to.position}, ${to.generation}, ${to.feedVersion}) AS is_ours`,
  )
  return ours ? { ...owner, ...to, schema: "rm_next" } : undefined
}

/** Makes the indexes that readers need, once for all rows. False when somebody else owns the projection. */
export const indexBuild = (database: Database, owner: ProjectionOwner): Promise<boolean> =>
  isOurs(
    database,
    (sql) => sql<Answer[]>`SELECT rm.index_build(${owner.name}, ${owner.epoch}) AS is_ours`,
    BUILD_TIMEOUT_MILLIS,
  )

/**
 * Puts the new tables in the place of those in use, all in one transaction: readers see the old ones or the new ones. Answers with the
 * ownership of what is in use now; undefined when somebody else owns the projection. Rejects with a `DatabaseFault` that is `busy`
 * when readers keep the tables too long.
 */
export const swapBuild = async (
  database: Database,
  owner: ProjectionOwner,
  position: Position,
): Promise<ProjectionOwner | undefined> => {
  const ours = await isOurs(
    database,
    (sql) => sql<Answer[]>`SELECT rm.swap_build(${owner.name}, ${owner.epoch}, ${position}) AS is_ours`,
  )
  return ours ? { ...owner, position, schema: "rm" } : undefined
}
