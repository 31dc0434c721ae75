import { all, type Reading } from "#src/database.ts"
import type { ReadModels } from "#src/port.ts"
import { docOf, docsOf, isFindable } from "#src/rows.ts"
import { visibleRows, visibleTo } from "#src/visibility.ts"
import type { ScheduleDoc } from "@muster/contracts"

interface Row {
  readonly doc: ScheduleDoc
}

export const scheduleRepository = (reading: Reading): ReadModels["schedules"] => ({
  list: async (subject, teamId) => {
    const visible = visibleTo(subject, "schedule.read")
    if (visible === undefined || !isFindable(teamId)) return []
    return reading(async (sql) =>
      docsOf(
        await all(sql<Row[]>`
          SELECT doc FROM rm.schedule
          WHERE team_id = ${teamId} AND NOT is_deleted AND ${visibleRows(sql, visible)}
          ORDER BY created_at DESC, schedule_id`),
      ),
    )
  },
  get: async (subject, teamId, scheduleId) => {
    const visible = visibleTo(subject, "schedule.read")
    if (visible === undefined || !isFindable(teamId, scheduleId)) return undefined
    return reading(async (sql) => {
      const rows = await all(sql<Row[]>`
        SELECT doc FROM rm.schedule
        WHERE schedule_id = ${scheduleId} AND team_id = ${teamId} AND ${visibleRows(sql, visible)}`)
      return docOf(rows[0])
    })
  },
})
