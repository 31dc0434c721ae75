import type { BenchContext } from "../frame.ts"
import { EMMETT_CONNECTIONS } from "./limits.ts"
import { newWork } from "./workload.ts"
import { getPostgreSQLEventStore } from "@event-driven-io/emmett-postgresql"
import { STREAM_DOES_NOT_EXIST } from "@event-driven-io/emmett"
import pg from "pg"

/** One append through emmett's event store on a database of its own, as its documentation shows it. */
export const openEmmett = async (
  { ownerUrl }: { readonly ownerUrl: string },
  { defer }: Pick<BenchContext, "defer">,
): Promise<() => Promise<void>> => {
  const pool = new pg.Pool({ connectionString: ownerUrl, max: EMMETT_CONNECTIONS })
  const store = getPostgreSQLEventStore(ownerUrl, { connectionOptions: { pool } })
  defer(async () => {
    await store.close()
    await pool.end()
  })
  await store.schema.migrate()
  return async () => {
    const { stream, events } = newWork(1)
    await store.appendToStream(
      stream,
      events.map(({ type, data, meta }) => ({ type, data: { ...data }, metadata: { ...meta } })),
      { expectedStreamVersion: STREAM_DOES_NOT_EXIST },
    )
  }
}
