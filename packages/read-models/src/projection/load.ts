import { all, type Database } from "#src/database.ts"
import type { FeedHead } from "#src/port.ts"
import { type ProjectionOwner, schemaOf } from "#src/projection/owner.ts"
import type { MemberDoc, ScheduleDoc, TaskDoc, TeamDoc } from "@muster/contracts"
import type { Position } from "@muster/domain"
import type postgres from "postgres"

/** Keys of the documents that a stretch of the log changes. */
export interface ProjectionKeys {
  readonly teams: readonly string[]
  readonly members: readonly string[]
  readonly tasks: readonly string[]
  readonly schedules: readonly string[]
  readonly feeds: readonly string[]
}

/** A document and the organisation it belongs to. */
export interface Owned<D> {
  readonly orgId: string
  readonly doc: D
}

/** What is stored under the keys; what is not there is missing. */
export interface ProjectionState {
  readonly teams: ReadonlyMap<string, TeamDoc>
  readonly members: ReadonlyMap<string, Owned<MemberDoc>>
  readonly tasks: ReadonlyMap<string, Owned<TaskDoc>>
  readonly schedules: ReadonlyMap<string, Owned<ScheduleDoc>>
  readonly feeds: ReadonlyMap<string, FeedHead>
}

interface DocRow<D> {
  readonly id: string
  readonly org_id: string
  readonly doc: D
}

const owned = <D>(rows: readonly DocRow<D>[]): ReadonlyMap<string, Owned<D>> =>
  new Map(rows.map((row) => [row.id, { orgId: row.org_id, doc: row.doc }]))

const idsIn = (sql: postgres.Sql, ids: readonly string[]) =>
  sql`(SELECT json_array_elements_text(${JSON.stringify(ids)}::text::json))`

const unlessEmpty = <R extends object>(
  ids: readonly string[],
  read: () => PromiseLike<readonly R[]>,
): Promise<readonly R[]> => (ids.length === 0 ? Promise.resolve([]) : all(read()))

/** Reads the documents under the keys from the tables that the owner writes. Rejects with `DatabaseFault`. */
export const loadState = async (
  database: Database,
  owner: ProjectionOwner,
  keys: ProjectionKeys,
): Promise<ProjectionState> => {
  const schema = schemaOf(owner)
  const [teams, members, tasks, schedules, feeds] = await database.run((sql) => {
    const docs = <D>(table: "team" | "member" | "task" | "schedule", ids: readonly string[]) => {
      const id = sql(`${table}_id`)
      return unlessEmpty(
        ids,
        () => sql<DocRow<D>[]>`
          SELECT ${id} AS id, org_id, doc FROM ${sql(schema)}.${sql(table)} WHERE ${id} IN ${idsIn(sql, ids)}`,
      )
    }
    return Promise.all([
      docs<TeamDoc>("team", keys.teams),
      docs<MemberDoc>("member", keys.members),
      docs<TaskDoc>("task", keys.tasks),
      docs<ScheduleDoc>("schedule", keys.schedules),
      unlessEmpty(
        keys.feeds,
        () => sql<{ feed_id: string; seq: number; position: Position }[]>`
          SELECT feed_id, seq, position FROM ${sql(schema)}.feed_head WHERE feed_id IN ${idsIn(sql, keys.feeds)}`,
      ),
    ])
  })
  return {
    teams: new Map(teams.map((row) => [row.id, row.doc])),
    members: owned(members),
    tasks: owned(tasks),
    schedules: owned(schedules),
    feeds: new Map(feeds.map(({ feed_id, seq, position }) => [feed_id, { seq, position }])),
  }
}
