import { all, type Reading } from "#src/database.ts"
import type { ReadModels } from "#src/port.ts"
import { clampLimit, columnPosition, docsOf, isFindable } from "#src/rows.ts"
import { visibleRows, visibleTo } from "#src/visibility.ts"
import type { ChatMessageDoc } from "@muster/contracts"

export const chatRepository = (reading: Reading): ReadModels["chat"] => ({
  list: async (subject, teamId, { before, limit }) => {
    const visible = visibleTo(subject, "chat.read")
    if (visible === undefined || !isFindable(teamId)) return []
    return reading(async (sql) =>
      docsOf(
        await all(sql<{ doc: ChatMessageDoc }[]>`
          SELECT doc FROM rm.chat_message
          WHERE team_id = ${teamId} AND ${visibleRows(sql, visible)}
            ${before === undefined ? sql`` : sql`AND position < ${columnPosition(before)}`}
          ORDER BY position DESC LIMIT ${clampLimit(limit)}`),
      ),
    )
  },
})
