import { setTimeout as delay } from "node:timers/promises"
import { OUTCOME_TYPES } from "@muster/standalone/testing"
import type { Sql } from "postgres"
import { MONITOR_INTERVAL_MILLIS, MONITOR_PAGE_EVENTS } from "../limits.ts"
import { openSql } from "./servers.ts"

/** Reads the log on, past the product, to know at any time how much is in flight and when outcomes were recorded. */
export interface Monitor {
  /** Tasks of the watched teams that have an outcome. */
  readonly ended: () => number
  /** When the first outcome was seen at or after a moment (both of `performance.now`); undefined: none was yet. */
  readonly firstOutcomeSince: (atMillis: number) => number | undefined
  /** The newest position that was read. */
  readonly position: () => string
  readonly stop: () => Promise<void>
}

const ENDS = new Set(OUTCOME_TYPES)
const RUNS_AGAIN = new Set(["TaskRetried", "TaskRedriven"])

interface Row {
  readonly position: string
  readonly stream: string
  readonly type: string
}

const readOn = (sql: Sql, after: string, teamIds: readonly string[]): Promise<readonly Row[]> => sql<Row[]>`
  select position::text, stream, case when meta->>'team' = any(${[...teamIds]}) then type else '' end as type
  from es.events where position > ${after} order by position limit ${MONITOR_PAGE_EVENTS}`

/** A server that is down, starting, shutting down or too slow: there is a next time. */
const isAway = (error: unknown): boolean => error instanceof Error && "code" in error

export const startMonitor = (url: string, teamIds: readonly string[]): Monitor => {
  const sql = openSql(url)
  const ended = new Set<string>()
  const seenAt: number[] = []
  const stopping = new AbortController()
  let position = "0"

  const look = async (): Promise<void> => {
    for (;;) {
      const rows = await readOn(sql, position, teamIds)
      const now = performance.now()
      for (const { stream, type } of rows) {
        if (RUNS_AGAIN.has(type)) ended.delete(stream)
        if (!ENDS.has(type)) continue
        ended.add(stream)
        if (seenAt.at(-1) !== now) seenAt.push(now)
      }
      position = rows.at(-1)?.position ?? position
      if (rows.length < MONITOR_PAGE_EVENTS) return
    }
  }
  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      try {
        await look()
      } catch (error) {
        if (!isAway(error)) throw error
      }
      await delay(MONITOR_INTERVAL_MILLIS)
    }
  }
  const running = run()
  return {
    ended: () => ended.size,
    firstOutcomeSince: (atMillis) => {
      // The times rise; what is asked for lies near the end.
      let index = seenAt.length
      while (index > 0 && (seenAt[index - 1] ?? 0) >= atMillis) index -= 1
      return seenAt[index]
    },
    position: () => position,
    stop: async () => {
      stopping.abort()
      await running
      await sql.end({ timeout: 1 })
    },
  }
}
