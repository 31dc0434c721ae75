import { alternate, ratioOf, spreadsOf } from "../alternate.ts"
import { conditionsOf } from "../conditions.ts"
import { closedLoop, type LoopResult } from "../dispatch/closed-loop.ts"
import type { Bench, BenchContext, BenchResult } from "../frame.ts"
import { startPostgres } from "../servers.ts"
import { median, percentile, rounded } from "../statistics.ts"
import { CALLERS, EMMETT_CONNECTIONS, EVENTS_PER_APPEND, MEASURE_MILLIS, WARM_MILLIS } from "./limits.ts"
import { appendOnce, openOurLog } from "./ours.ts"
import { openEmmett } from "./peer-emmett.ts"
import { openRawLog } from "./raw.ts"
import postgres from "postgres"

const perSecond = (inFlight: number, one: () => Promise<void>): Promise<LoopResult> =>
  closedLoop({ inFlight, warmMillis: WARM_MILLIS, measureMillis: MEASURE_MILLIS }, one)

const run = async (context: BenchContext): Promise<BenchResult> => {
  const server = await startPostgres(context)
  const admin = postgres(server.adminUrl, { max: 1, onnotice: () => undefined })
  context.defer(() => admin.end())
  const ours = await openOurLog(server, context)
  const raw = await openRawLog(await server.database("raw"), context)
  const emmett = await openEmmett(await server.database("emmett"), context)
  const latencies = { p50: [] as number[], p99: [] as number[] }

  /** Nobody pays for the pages that the one before has dirtied. */
  const fresh = async (side: () => Promise<number>): Promise<number> => {
    await admin`CHECKPOINT`
    return side()
  }
  const measured = await alternate(context, {
    ours: () =>
      fresh(async () => {
        const result = await perSecond(CALLERS, () => appendOnce(ours, 1))
        latencies.p50.push(percentile(result.latenciesMillis, 0.5))
        latencies.p99.push(percentile(result.latenciesMillis, 0.99))
        return result.perSecond
      }),
    emmett: () => fresh(async () => (await perSecond(CALLERS, emmett)).perSecond),
    raw: () => fresh(async () => (await perSecond(1, () => raw.insert(CALLERS, 1))).perSecond * CALLERS),
    ours10: () =>
      fresh(
        async () => (await perSecond(CALLERS, () => appendOnce(ours, EVENTS_PER_APPEND))).perSecond * EVENTS_PER_APPEND,
      ),
    raw10: () =>
      fresh(async () => {
        const { perSecond: batches } = await perSecond(1, () => raw.insert(CALLERS, EVENTS_PER_APPEND))
        return batches * CALLERS * EVENTS_PER_APPEND
      }),
  })
  return {
    ours: rounded(measured.ours.median),
    peers: {
      emmett: rounded(measured.emmett.median),
      raw: rounded(measured.raw.median),
      raw10: rounded(measured.raw10.median),
    },
    ratios: {
      emmett: ratioOf(measured.ours, measured.emmett),
      raw: ratioOf(measured.ours, measured.raw),
      raw10: ratioOf(measured.ours10, measured.raw10),
    },
    spread: spreadsOf(measured),
    figures: {
      ours10: rounded(measured.ours10.median),
      p50Millis: rounded(median(latencies.p50)),
      p99Millis: rounded(median(latencies.p99)),
    },
    conditions: conditionsOf({
      postgres: server,
      packages: ["@event-driven-io/emmett-postgresql", "pg", "postgres"],
      workload: {
        callers: CALLERS,
        eventsPerAppend: { ours: 1, ours10: EVENTS_PER_APPEND },
        rawEventsPerBatch: { raw: CALLERS, raw10: CALLERS * EVENTS_PER_APPEND },
        emmettConnections: EMMETT_CONNECTIONS,
        warmMillis: WARM_MILLIS,
        measureMillis: MEASURE_MILLIS,
        repeats: context.repeats,
      },
    }),
  }
}

export const bench: Bench = {
  name: "append",
  unit: "events/s",
  method:
    `${CALLERS} callers, each waiting for its append before it makes the next, every append to a stream of its own with a check of ` +
    "the expected revision; an append is answered when it is on the disk. Ours enters at the port of the log; emmett-postgresql " +
    "is called the same way; raw is one INSERT … SELECT unnest per batch of as many events, one batch at a time, with the same columns and indexes, " +
    `checking nothing. ours10 and raw10 carry ${EVENTS_PER_APPEND} events per append.`,
  targets: [
    { figure: "ratios.emmett", atLeast: 10 },
    { figure: "ratios.raw", atLeast: 0.2 },
    { figure: "ratios.raw10", atLeast: 0.4 },
  ],
  run,
}
