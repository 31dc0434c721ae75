import { userWrite, type UserRow } from "#src/app-user/write.ts"
import { chatMessageWrite, type ChatMessageRow } from "#src/chat-message/write.ts"
import { all, type Database } from "#src/database.ts"
import {
  deadLetterSettlementWrite,
  deadLetterWrite,
  type DeadLetterRow,
  type DeadLetterSettlementRow,
} from "#src/dead-letter/write.ts"
import { feedWrite, type FeedStretch } from "#src/feed/write.ts"
import { memberWrite, type MemberRow } from "#src/member/write.ts"
import {
  needGoneWrite,
  needMarkWrite,
  needWrite,
  type NeedGoneRow,
  type NeedMarkRow,
  type NeedRow,
} from "#src/need/write.ts"
import { type ProjectionOwner, schemaOf } from "#src/projection/owner.ts"
import type { RowWrite, Schema } from "#src/rows.ts"
import { scheduleWrite, type ScheduleRow } from "#src/schedule/write.ts"
import { taskSpecWrite, taskWrite, type TaskRow, type TaskSpecRow } from "#src/task/write.ts"
import { teamWrite, type TeamRow } from "#src/team/write.ts"
import type { Position } from "@muster/domain"

/** What a stretch of the log comes to: at most one row per key and table. */
export interface ProjectionStep {
  /** The checkpoint this step builds on. */
  readonly from: Position
  /** The checkpoint after it. */
  readonly to: Position
  readonly teams: readonly TeamRow[]
  readonly members: readonly MemberRow[]
  readonly tasks: readonly TaskRow[]
  readonly taskSpecs: readonly TaskSpecRow[]
  readonly chatMessages: readonly ChatMessageRow[]
  readonly users: readonly UserRow[]
  readonly deadLetters: readonly DeadLetterRow[]
  /** Of entries that are not among `deadLetters`. */
  readonly deadLetterSettlements: readonly DeadLetterSettlementRow[]
  readonly schedules: readonly ScheduleRow[]
  readonly needs: readonly NeedRow[]
  readonly needsGone: readonly NeedGoneRow[]
  readonly needMarks: readonly NeedMarkRow[]
  /** What each feed grows by. */
  readonly feed: readonly FeedStretch[]
}

/** What a step writes, apart from how far it goes. */
export type StepRows = Omit<ProjectionStep, "from" | "to">
type Table = keyof StepRows

/** A step that only goes on. */
export const NO_ROWS: StepRows = {
  teams: [],
  members: [],
  tasks: [],
  taskSpecs: [],
  chatMessages: [],
  users: [],
  deadLetters: [],
  deadLetterSettlements: [],
  schedules: [],
  needs: [],
  needsGone: [],
  needMarks: [],
  feed: [],
}

const writes: { readonly [T in Table]: RowWrite<StepRows[T][number]> } = {
  teams: teamWrite,
  members: memberWrite,
  tasks: taskWrite,
  taskSpecs: taskSpecWrite,
  chatMessages: chatMessageWrite,
  users: userWrite,
  deadLetters: deadLetterWrite,
  deadLetterSettlements: deadLetterSettlementWrite,
  schedules: scheduleWrite,
  needs: needWrite,
  needsGone: needGoneWrite,
  needMarks: needMarkWrite,
  feed: feedWrite,
}

const tables = Object.keys(writes) as readonly Table[]

const fenceOf = (schema: Schema): string => `
  WITH fence AS (
    UPDATE ${schema}.checkpoint SET position = $3::text::bigint
    WHERE name = $1 AND position = $2::text::bigint AND owner_epoch = $4::text::bigint AND generation = $5
    RETURNING 1
  )`

/** The rows of one table, ready to be sent. */
interface Encoded {
  readonly table: Table
  readonly parameters: readonly string[]
}

const encoded = <T extends Table>(table: T, rows: StepRows[T]): Encoded => ({
  table,
  parameters: writes[table].encode(rows),
})

/** One statement, so one transaction and one round trip: the rows are written if the checkpoint moves, or nothing is. */
const statementOf = (schema: Schema, parts: readonly Encoded[], fenceParameters: number): string => {
  let parameters = fenceParameters
  const inserts = parts.flatMap(({ table, parameters: { length } }) => {
    const names = Array.from({ length }, () => `$${(parameters += 1)}`)
    return writes[table].inserts(schema, ...names).map((insert, index) => `, ${table}_${index} AS (${insert})`)
  })
  return `${fenceOf(schema)}${inserts.join("")} SELECT count(*)::int AS owned FROM fence`
}

/**
 * Writes a step together with the checkpoint. False, and nothing written, when the checkpoint is not at `from` under this epoch
 * and generation: somebody else owns the projection now. Rejects with `DatabaseFault`; after `lost` the step may or may not be
 * written, so the caller goes on from the stored checkpoint.
 */
export const applyStep = async (database: Database, owner: ProjectionOwner, step: ProjectionStep): Promise<boolean> => {
  const fence = [owner.name, step.from, step.to, owner.epoch, owner.generation]
  // Tables that get nothing stay out of it: most steps of a quiet time change a task and its feed.
  const parts = tables.filter((table) => step[table].length > 0).map((table) => encoded(table, step[table]))
  const statement = statementOf(schemaOf(owner), parts, fence.length)
  const parameters = [...fence, ...parts.flatMap((part) => part.parameters)]
  const rows = await database.run((sql) =>
    all(sql.unsafe<{ owned: number }[]>(statement, parameters, { prepare: true })),
  )
  return rows[0]?.owned === 1
}
