import { all, type Reading } from "#src/database.ts"
import type { ReadModels } from "#src/port.ts"
import { docOf, docsOf, isFindable } from "#src/rows.ts"
import { visibleRows, visibleTo } from "#src/visibility.ts"
import type { MemberDoc } from "@muster/contracts"

interface Row {
  readonly doc: MemberDoc
}

export const memberRepository = (reading: Reading): ReadModels["members"] => ({
  list: async (subject, teamId) => {
    const visible = visibleTo(subject, "team.read")
    if (visible === undefined || !isFindable(teamId)) return []
    return reading(async (sql) =>
      docsOf(
        await all(sql<Row[]>`
          SELECT doc FROM rm.member
          WHERE team_id = ${teamId} AND ${visibleRows(sql, visible)}
          ORDER BY created_at, member_id`),
      ),
    )
  },
  get: async (subject, teamId, memberId) => {
    const visible = visibleTo(subject, "team.read")
    if (visible === undefined || !isFindable(teamId, memberId)) return undefined
    return reading(async (sql) =>
      docOf(
        (
          await all(sql<Row[]>`
            SELECT doc FROM rm.member
            WHERE member_id = ${memberId} AND team_id = ${teamId} AND ${visibleRows(sql, visible)}`)
        )[0],
      ),
    )
  },
})
