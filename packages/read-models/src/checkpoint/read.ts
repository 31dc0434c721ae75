import { all } from "#src/database.ts"
import { Position, START } from "@muster/domain"
import type postgres from "postgres"

/** The projection that this package's tables belong to. */
export const PROJECTION = "read-models"

/** Up to where the log is in the tables; "0" before the first projector came. */
export const checkpointPosition = async (sql: postgres.Sql): Promise<Position> => {
  const rows = await all(sql<{ position: string }[]>`SELECT position FROM rm.checkpoint WHERE name = ${PROJECTION}`)
  return rows[0] === undefined ? START : Position.make(rows[0].position)
}
