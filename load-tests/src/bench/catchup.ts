import { alternate, ratioOf, spreadsOf } from "./alternate.ts"
import { openOurLog } from "./append/ours.ts"
import { conditionsOf } from "./conditions.ts"
import type { Bench, BenchContext, BenchResult } from "./frame.ts"
import { fillLog } from "./history/fill.ts"
import { startPostgres } from "./servers.ts"
import { rounded } from "./statistics.ts"
import { START, type RecordedEvent } from "@muster/domain"
import { SUBSCRIPTION_BATCH_EVENTS, type EventStore } from "@muster/event-store"
import postgres from "postgres"

const EVENTS_DEFAULT = 300_000
/** Each side reads once before it is measured: what it reads is in memory then, and its code is compiled. */
const WARM_READS = 1

/** Reads something of each event, so that nothing can be left undone; the same for both sides. */
const weigh = (events: readonly RecordedEvent[]): number =>
  events.reduce((sum, { revision, data, meta }) => sum + revision + (data !== null && meta.org !== "" ? 1 : 0), 0)

interface Read {
  readonly events: number
  readonly weight: number
}

const throughThePort = async (store: EventStore, count: number): Promise<Read> => {
  const stop = new AbortController()
  let events = 0
  let weight = 0
  for await (const batch of store.subscribe({ after: START, signal: stop.signal })) {
    events += batch.length
    weight += weigh(batch)
    if (events >= count) stop.abort()
  }
  return { events, weight }
}

const byCursor = async (sql: postgres.Sql): Promise<Read> => {
  let events = 0
  let weight = 0
  const rows = sql<RecordedEvent[]>`
    SELECT id, stream, revision, position, type, schema, data, meta, at FROM es.events ORDER BY position`
  for await (const batch of rows.cursor(SUBSCRIPTION_BATCH_EVENTS)) {
    events += batch.length
    weight += weigh(batch)
  }
  return { events, weight }
}

const run = async (context: BenchContext): Promise<BenchResult> => {
  const server = await startPostgres(context)
  const store = await openOurLog(server, context)
  const count = await fillLog(server, store, context.option("events"), context.tell)
  const sql = postgres(server.appUrl, { max: 1, onnotice: () => undefined })
  context.defer(() => sql.end({ timeout: 0 }))

  const perSecond = async (read: () => Promise<Read>): Promise<number> => {
    const from = performance.now()
    const { events, weight } = await read()
    const seconds = (performance.now() - from) / 1000
    if (events !== count) throw new Error(`${events} events were read of ${count}`)
    weights.add(weight)
    return count / seconds
  }
  const weights = new Set<number>()
  const sides = {
    ours: () => perSecond(() => throughThePort(store, count)),
    cursor: () => perSecond(() => byCursor(sql)),
  }
  await alternate({ tell: (line) => context.tell(`warming up, ${line}`), repeats: WARM_READS }, sides)
  const measured = await alternate(context, sides)
  if (weights.size !== 1) throw new Error("the sides have read different events")
  return {
    ours: rounded(measured.ours.median),
    peers: { cursor: rounded(measured.cursor.median) },
    ratios: { cursor: ratioOf(measured.ours, measured.cursor) },
    spread: spreadsOf(measured),
    conditions: conditionsOf({
      postgres: server,
      packages: ["postgres"],
      workload: { events: count, eventsPerBatch: SUBSCRIPTION_BATCH_EVENTS, repeats: context.repeats },
    }),
  }
}

export const bench: Bench = {
  name: "catchup",
  unit: "events/s",
  method:
    "A subscription from the first event to the last, through the port, every event decoded, against a bare cursor over the same rows " +
    "with the same driver and as many rows at a time, parsed to objects. Both read from memory.",
  targets: [{ figure: "ratios.cursor", atLeast: 0.7 }],
  options: { events: EVENTS_DEFAULT },
  run,
}
