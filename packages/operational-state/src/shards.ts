import { OperationalStateUnavailable, ShardCountDiffers } from "#src/errors.ts"
import { arrayOf, type Answering } from "#src/answering.ts"
import type { ShardLease, Shards } from "#src/port.ts"

interface BeatRow {
  readonly shard: number | null
  readonly epoch: string | null
  readonly was_lapsed: boolean
  readonly live_processes: number
  readonly database_millis: number
}

/** SQLSTATE of app.beat_shards: the table holds more shards than this program knows. */
const SHARD_COUNT_DIFFERS = "MU001"

const isShardCount = (error: unknown): boolean =>
  error instanceof OperationalStateUnavailable &&
  error.cause instanceof Error &&
  "code" in error.cause &&
  error.cause.code === SHARD_COUNT_DIFFERS

export const makeShards = ({ ask }: Answering): Shards => ({
  beat: async ({ kind, processId, shards, leaseMillis }) => {
    let rows: readonly BeatRow[]
    try {
      rows = await ask(
        (sql) => sql<BeatRow[]>`
          select shard, epoch::text as epoch, was_lapsed, live_processes,
            (extract(epoch from clock_timestamp()) * 1000)::float8 as database_millis
          from app.beat_shards(${kind}, ${processId}, ${shards}, ${leaseMillis})`,
      )
    } catch (error) {
      throw isShardCount(error) ? new ShardCountDiffers({ shards }) : error
    }
    const [first] = rows
    if (first === undefined) throw new TypeError("a beat is always answered")
    const owned = rows.flatMap(({ shard, epoch }): readonly ShardLease[] =>
      shard === null || epoch === null ? [] : [{ shard, epoch }],
    )
    return {
      owned,
      takenOver: rows.filter((row) => row.was_lapsed).length,
      liveProcesses: first.live_processes,
      databaseMillis: first.database_millis,
    }
  },
  release: async ({ kind, processId, shards }) => {
    if (shards.length > 0)
      await ask((sql) => sql`select app.release_shards(${kind}, ${processId}, ${arrayOf(shards)}::int[])`)
  },
  leave: async ({ kind, processId }) => {
    await ask((sql) => sql`select app.leave_shards(${kind}, ${processId})`)
  },
})
