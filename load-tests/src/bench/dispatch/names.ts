/** What a peer's producer and its worker processes agree on. */

export const BULLMQ_QUEUE = "bench"
export const PGBOSS_QUEUE = "bench"
export const GRAPHILE_TASK = "task"

export interface BullmqInput {
  readonly url: string
  readonly concurrency: number
}

export interface PgBossInput {
  readonly connectionString: string
  /** Jobs under way at a time. */
  readonly concurrency: number
  /** Jobs fetched, and completed, in one call. */
  readonly batch: number
  readonly connections: number
}

export interface GraphileInput {
  readonly connectionString: string
  readonly concurrency: number
  readonly connections: number
  /** Jobs fetched at once; completions then go out together, too. Undefined: one by one. */
  readonly batch: number | undefined
}
