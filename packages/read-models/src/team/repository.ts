import { all, type Reading } from "#src/database.ts"
import type { ReadModels } from "#src/port.ts"
import { docOf, docsOf, isFindable } from "#src/rows.ts"
import { visibleRows, visibleTo } from "#src/visibility.ts"
import type { TeamDoc } from "@muster/contracts"

interface Row {
  readonly doc: TeamDoc
}

export const teamRepository = (reading: Reading): ReadModels["teams"] => ({
  list: async (subject, { archived } = {}) => {
    const visible = visibleTo(subject, "team.list") ?? visibleTo(subject, "team.read")
    if (visible === undefined) return []
    return reading(async (sql) =>
      docsOf(
        await all(sql<Row[]>`
          SELECT doc FROM rm.team
          WHERE ${visibleRows(sql, visible)} ${archived === undefined ? sql`` : sql`AND is_archived = ${archived}`}
          ORDER BY doc->>'name', team_id`),
      ),
    )
  },
  get: async (subject, teamId) => {
    const visible = visibleTo(subject, "team.read")
    if (visible === undefined || !isFindable(teamId)) return undefined
    return reading(async (sql) =>
      docOf(
        (await all(sql<Row[]>`SELECT doc FROM rm.team WHERE team_id = ${teamId} AND ${visibleRows(sql, visible)}`))[0],
      ),
    )
  },
})
