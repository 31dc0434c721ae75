import { PROJECTION } from "#src/checkpoint/read.ts"
import { all, type Reading } from "#src/database.ts"
import { feedAfter } from "#src/feed/repository.ts"
import { snapshotOf, type SnapshotRow, type StoredSnapshot } from "#src/snapshot/store.ts"
import {
  FEED_VERSION,
  teamFeed,
  type FeedEvent,
  type MemberDoc,
  type TaskDetail,
  type TeamDoc,
} from "@muster/contracts"

/** What the files of a team are written from: no subject asks, the files belong to the team. */
export interface TeamFilesSource {
  /** The team and all its members, removed ones too; undefined for a team that is not known. */
  readonly team: (
    teamId: string,
  ) => Promise<{ readonly team: TeamDoc; readonly members: readonly MemberDoc[] } | undefined>
  readonly tasks: (teamId: string, taskIds: readonly string[]) => Promise<readonly TaskDetail[]>
  /** Events after `after`, by rising seq, at most `limit`. */
  readonly events: (teamId: string, after: number, limit: number) => Promise<readonly FeedEvent[]>
  /** Snapshots after `after` up to and with `upTo`, by rising seq, at most `limit`. */
  readonly snapshots: (
    teamId: string,
    range: { readonly after: number; readonly upTo: number; readonly limit: number },
  ) => Promise<readonly StoredSnapshot[]>
  /** How far each feed reaches. */
  readonly heads: () => Promise<ReadonlyMap<string, number>>
  /** Of the log that is projected. */
  readonly generation: () => Promise<string>
}

const MAX_SEQ = 2 ** 31 - 1

export const teamFilesSource = (reading: Reading): TeamFilesSource => ({
  team: (teamId) =>
    reading(async (sql) => {
      const teams = await all(sql<{ doc: TeamDoc }[]>`SELECT doc FROM rm.team WHERE team_id = ${teamId}`)
      const team = teams[0]?.doc
      if (team === undefined) return undefined
      const members = await all(sql<{ doc: MemberDoc }[]>`
        SELECT doc FROM rm.member WHERE team_id = ${teamId} ORDER BY created_at, member_id`)
      return { team, members: members.map((row) => row.doc) }
    }),
  tasks: (teamId, taskIds) =>
    reading(async (sql) => [
      ...(await all(sql<TaskDetail[]>`
        SELECT doc AS task, spec FROM rm.task JOIN rm.task_spec USING (task_id)
        WHERE team_id = ${teamId}
          AND task_id IN (SELECT json_array_elements_text(${JSON.stringify(taskIds)}::text::json))
        ORDER BY number`)),
    ]),
  events: (teamId, after, limit) => reading((sql) => feedAfter(sql, teamFeed(teamId), { after, upTo: MAX_SEQ, limit })),
  snapshots: (teamId, { after, upTo, limit }) =>
    reading(async (sql) => {
      const rows = await all(sql<SnapshotRow[]>`
        SELECT seq, state FROM rm.snapshot
        WHERE team_id = ${teamId} AND feed_version = ${FEED_VERSION} AND seq > ${after} AND seq <= ${upTo}
        ORDER BY seq LIMIT ${limit}`)
      return Promise.all(rows.map(snapshotOf))
    }),
  heads: () =>
    reading(async (sql) => {
      const rows = await all(sql<{ feed_id: string; seq: number }[]>`SELECT feed_id, seq FROM rm.feed_head`)
      return new Map(rows.map((row) => [row.feed_id, row.seq]))
    }),
  generation: () =>
    reading(async (sql) => {
      const rows = await all(sql<{ generation: string }[]>`
        SELECT generation FROM rm.checkpoint WHERE name = ${PROJECTION}`)
      return rows[0]?.generation ?? ""
    }),
})
