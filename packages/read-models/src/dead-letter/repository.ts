import { all, type Reading } from "#src/database.ts"
import type { DeadLetterDoc, ReadModels } from "#src/port.ts"
import { clampLimit, columnPosition, docsOf, isFindable } from "#src/rows.ts"
import { visibleRows, visibleTo } from "#src/visibility.ts"

export const deadLetterRepository = (reading: Reading): ReadModels["deadLetters"] => ({
  list: async (subject, teamId, { limit, state, before }) => {
    const visible = visibleTo(subject, "deadletter.read")
    if (visible === undefined || !isFindable(teamId)) return []
    return reading(async (sql) =>
      docsOf(
        await all(sql<{ doc: DeadLetterDoc }[]>`
          SELECT doc FROM rm.dead_letter
          WHERE team_id = ${teamId} AND ${visibleRows(sql, visible)}
            ${state === undefined ? sql`` : sql`AND doc->>'state' = ${state}`}
            ${before === undefined ? sql`` : sql`AND position < ${columnPosition(before)}`}
          ORDER BY position DESC LIMIT ${clampLimit(limit)}`),
      ),
    )
  },
  at: async (subject, teamId, positions) => {
    const visible = visibleTo(subject, "deadletter.read")
    if (visible === undefined || !isFindable(teamId, ...positions)) return []
    const known = JSON.stringify(positions.map(columnPosition))
    return reading(async (sql) =>
      docsOf(
        await all(sql<{ doc: DeadLetterDoc }[]>`
          SELECT doc FROM rm.dead_letter
          WHERE team_id = ${teamId} AND ${visibleRows(sql, visible)}
            AND position IN (SELECT p::bigint FROM json_array_elements_text(${known}::text::json) AS p)`),
      ),
    )
  },
})
