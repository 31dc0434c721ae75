import { all, type Reading } from "#src/database.ts"
import { SEARCH_MAX_WORDS } from "#src/limits.ts"
import type { ReadModels } from "#src/port.ts"
import { clampLimit, comparable, docsOf, isFindable } from "#src/rows.ts"
import { visibleRows, visibleTo } from "#src/visibility.ts"
import type { TaskDetail, TaskDoc } from "@muster/contracts"
import { isOpen } from "@muster/domain"
import type postgres from "postgres"

interface Row {
  readonly doc: TaskDoc
}

const HUMAN_NUMBER = /^t?-?(\d{1,9})$/u

/** A human number finds its task and titles that contain it; else every word must be somewhere in the title. */
const matching = (sql: postgres.Sql, q: string) => {
  const words = comparable(q).split(/\s+/u).filter(Boolean).slice(0, SEARCH_MAX_WORDS)
  if (words.length === 0) return sql``
  const number = HUMAN_NUMBER.exec(words.join(""))?.[1]
  const titled = sql`NOT EXISTS (
    SELECT 1 FROM json_array_elements_text(${JSON.stringify(words)}::text::json) AS w(word)
    WHERE strpos(title_key, w.word) = 0)`
  return number === undefined ? sql`AND ${titled}` : sql`AND (number = ${Number(number)} OR ${titled})`
}

export const taskRepository = (reading: Reading): ReadModels["tasks"] => ({
  list: async (subject, teamId, { phase, state, memberId, before, q = "", limit }) => {
    const visible = visibleTo(subject, "task.read")
    if (visible === undefined || !isFindable(teamId, memberId ?? "", q)) return []
    // A phase says whether the task is open; said once more, the index of open tasks can serve.
    const open = state === undefined ? (phase !== undefined && isOpen(phase) ? true : undefined) : state === "open"
    return reading(async (sql) =>
      docsOf(
        await all(sql<Row[]>`
          SELECT doc FROM rm.task
          WHERE team_id = ${teamId} AND ${visibleRows(sql, visible)}
            ${phase === undefined ? sql`` : sql`AND phase = ${phase}`}
            ${open === undefined ? sql`` : open ? sql`AND is_open` : sql`AND NOT is_open`}
            ${memberId === undefined ? sql`` : sql`AND member_id = ${memberId}`}
            ${before === undefined ? sql`` : sql`AND number < ${Math.min(Math.trunc(before), 2 ** 31 - 1)}`}
            ${matching(sql, q)}
          ORDER BY number DESC LIMIT ${clampLimit(limit)}`),
      ),
    )
  },
  get: async (subject, teamId, taskId) => {
    const visible = visibleTo(subject, "task.read")
    if (visible === undefined || !isFindable(teamId, taskId)) return undefined
    return reading(async (sql) => {
      const rows = await all(sql<TaskDetail[]>`
        SELECT doc AS task, spec FROM rm.task JOIN rm.task_spec USING (task_id)
        WHERE task_id = ${taskId} AND team_id = ${teamId} AND ${visibleRows(sql, visible)}`)
      return rows[0]
    })
  },
})
