import { all, type Reading } from "#src/database.ts"
import type { DeadLetterDoc, ReadModels } from "#src/port.ts"
import { clampLimit, docsOf, isFindable } from "#src/rows.ts"
import { visibleRows, visibleTo } from "#src/visibility.ts"

export const deadLetterRepository = (reading: Reading): ReadModels["deadLetters"] => ({
  list: async (subject, teamId, { limit }) => {
    const visible = visibleTo(subject, "deadletter.read")
    if (visible === undefined || !isFindable(teamId)) return []
    return reading(async (sql) =>
      docsOf(
        await all(sql<{ doc: DeadLetterDoc }[]>`
          SELECT doc FROM rm.dead_letter
          WHERE team_id = ${teamId} AND ${visibleRows(sql, visible)}
          ORDER BY position DESC LIMIT ${clampLimit(limit)}`),
      ),
    )
  },
})
