import { alternate, ratioOf, spreadsOf } from "../alternate.ts"
import { CALLERS, MEASURE_MILLIS, WARM_MILLIS } from "../append/limits.ts"
import { appendOnce, openOurLog } from "../append/ours.ts"
import { conditionsOf } from "../conditions.ts"
import { closedLoop } from "../dispatch/closed-loop.ts"
import * as dispatchLimits from "../dispatch/limits.ts"
import type { Bench, BenchContext, BenchResult } from "../frame.ts"
import { startPostgres } from "../servers.ts"
import { rounded } from "../statistics.ts"
import { decodeSample } from "./decode.ts"
import { openDispatching } from "./dispatching.ts"
import { fillLog } from "./fill.ts"
import { EVENTS_DEFAULT } from "./limits.ts"
import { assertIndexProbes, sequentialScans } from "./plans.ts"
import postgres from "postgres"

const appending = { inFlight: CALLERS, warmMillis: WARM_MILLIS, measureMillis: MEASURE_MILLIS }
const dispatching = {
  inFlight: dispatchLimits.IN_FLIGHT,
  warmMillis: dispatchLimits.WARM_MILLIS,
  measureMillis: dispatchLimits.MEASURE_MILLIS,
}

/** What is deferred within ends with it. */
const within = async <A>(context: BenchContext, work: (inner: BenchContext) => Promise<A>): Promise<A> => {
  const ends: (() => Promise<void> | void)[] = []
  try {
    return await work({ ...context, defer: (end) => void ends.push(end) })
  } finally {
    for (const end of ends.toReversed()) await end()
  }
}

const run = async (context: BenchContext): Promise<BenchResult> => {
  const server = await startPostgres(context)
  const filled = await openOurLog(server, context)
  const stored = await fillLog(server, filled, context.option("events"), context.tell)
  const decodedEvents = await decodeSample(filled, stored)
  const admin = postgres(server.adminUrl, { max: 1, onnotice: () => undefined })
  context.defer(() => admin.end())
  await assertIndexProbes(admin)
  const scansBefore = await sequentialScans(admin)

  // First, and over before anything is appended by hand: what is left open there would have to be projected.
  const dispatch = await within(context, async (inner) => {
    const [onEmpty, onFilled] = [
      await openDispatching(inner, await server.database("empty_dispatch"), "muster-empty"),
      await openDispatching(inner, server, "muster-filled"),
    ]
    return alternate(context, { empty: () => onEmpty(dispatching), filled: () => onFilled(dispatching) })
  })

  const perSecond = async (store: Parameters<typeof appendOnce>[0]): Promise<number> => {
    await admin`CHECKPOINT`
    return (await closedLoop(appending, () => appendOnce(store, 1))).perSecond
  }
  let emptied = 0
  const append = await alternate(context, {
    // A new database each time: it must not grow while it is called empty.
    empty: async () => {
      emptied += 1
      return perSecond(await openOurLog(await server.database(`empty_${emptied}`), context))
    },
    filled: () => perSecond(filled),
  })

  return {
    ours: rounded(append.filled.median),
    peers: { empty: rounded(append.empty.median) },
    ratios: { append: ratioOf(append.filled, append.empty), dispatch: ratioOf(dispatch.filled, dispatch.empty) },
    spread: {
      ...spreadsOf({ appendEmpty: append.empty, appendFilled: append.filled }),
      ...spreadsOf({ dispatchEmpty: dispatch.empty, dispatchFilled: dispatch.filled }),
    },
    figures: {
      dispatchPerSecond: { empty: rounded(dispatch.empty.median), filled: rounded(dispatch.filled.median) },
      sequentialScansOfTheLog: (await sequentialScans(admin)) - scansBefore,
    },
    conditions: conditionsOf({
      postgres: server,
      packages: ["postgres"],
      workload: {
        storedEvents: stored,
        storedBy:
          "INSERT … SELECT on the server, in the form the product writes, decoded in samples; VACUUM and CHECKPOINT before anything is measured",
        readModels:
          "built by the shipped projector from the first event on, newest snapshots included, before anything is measured",
        teamFiles:
          "those of the stored history are still being written behind while the filled side is measured, in a tenth of the time",
        decodedEvents,
        appending,
        dispatching,
        repeats: context.repeats,
      },
    }),
  }
}

export const bench: Bench = {
  name: "history",
  unit: "events/s",
  method:
    "The append benchmark's load (one event each) and the dispatch benchmark's, on a log that already holds millions of events of finished " +
    "tasks and on an empty one, in turns on the same server. The stored events are written by SQL, decoded in samples, and projected by the " +
    "shipped projector before anything is dispatched. Reads of the port are checked to be index probes; sequential scans of the log are counted.",
  targets: [
    { figure: "ratios.append", atLeast: 0.85 },
    { figure: "ratios.dispatch", atLeast: 0.85 },
    { figure: "sequentialScansOfTheLog", atMost: 0 },
  ],
  options: { events: EVENTS_DEFAULT },
  run,
}
