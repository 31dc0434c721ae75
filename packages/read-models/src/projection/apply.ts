import { userWrite, type UserRow } from "#src/app-user/write.ts"
import { chatMessageWrite, type ChatMessageRow } from "#src/chat-message/write.ts"
import type { Ownership } from "#src/checkpoint/ownership.ts"
import { all, type Database } from "#src/database.ts"
import { deadLetterWrite, type DeadLetterRow } from "#src/dead-letter/write.ts"
import { feedHeadWrite, feedWrite, type FeedHeadRow, type FeedRow } from "#src/feed/write.ts"
import { memberWrite, type MemberRow } from "#src/member/write.ts"
import type { RowWrite } from "#src/rows.ts"
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
  readonly feed: readonly FeedRow[]
  readonly feedHeads: readonly FeedHeadRow[]
}

type Rows = Omit<ProjectionStep, "from" | "to">

const writes = {
  teams: teamWrite,
  members: memberWrite,
  tasks: taskWrite,
  taskSpecs: taskSpecWrite,
  chatMessages: chatMessageWrite,
  users: userWrite,
  deadLetters: deadLetterWrite,
  feed: feedWrite,
  feedHeads: feedHeadWrite,
} as const satisfies { readonly [table in keyof Rows]: RowWrite }

const tables = Object.keys(writes) as readonly (keyof Rows)[]

/** Parameters before the rows: name, from, to, owner epoch, generation. */
const FENCE_PARAMETERS = 5

/** One statement, so one transaction and one round trip: the rows are written if the checkpoint moves, or nothing is. */
const STATEMENT = `
  WITH fence AS (
    UPDATE rm.checkpoint SET position = $3::text::bigint
    WHERE name = $1 AND position = $2::text::bigint AND owner_epoch = $4::text::bigint AND generation = $5
    RETURNING 1
  )${tables
    .map(
      (table, index) =>
        `, ${table}_written AS (${writes[table].insert(`$${index + FENCE_PARAMETERS + 1}::text::json`)})`,
    )
    .join("")}
  SELECT count(*)::int AS owned FROM fence`

/**
 * Writes a step together with the checkpoint. False, and nothing written, when the checkpoint is not at `from` under this epoch
 * and generation: somebody else owns the projection now. Rejects with `DatabaseFault`; after `lost` the step may or may not be
 * written, so the caller goes on from the stored checkpoint.
 */
export const applyStep = async (database: Database, owner: Ownership, step: ProjectionStep): Promise<boolean> => {
  const parameters = [
    owner.name,
    step.from,
    step.to,
    owner.epoch,
    owner.generation,
    ...tables.map((table) => JSON.stringify(step[table])),
  ]
  const rows = await database.run((sql) =>
    all(sql.unsafe<{ owned: number }[]>(STATEMENT, parameters, { prepare: true })),
  )
  return rows[0]?.owned === 1
}

/** What the projection begins again from. */
export interface Beginning {
  readonly position: Position
  readonly generation: string
  readonly feedVersion: number
}

/**
 * Empties all read models and puts the checkpoint back, for a log of `generation`, in one transaction: readers see the old state
 * or none. Answers with the ownership of the new state; undefined when somebody else owns the projection.
 */
export const resetProjection = async (
  database: Database,
  owner: Ownership,
  to: Beginning,
): Promise<Ownership | undefined> => {
  const rows = await database.run((sql) =>
    all(sql<{ is_ours: boolean }[]>`
      SELECT rm.reset_projection(
        ${owner.name}, ${owner.epoch}, ${to.position}, ${to.generation}, ${to.feedVersion}) AS is_ours`),
  )
  return rows[0]?.is_ours === true ? { ...owner, ...to } : undefined
}
