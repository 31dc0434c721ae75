import { alternate, ratioOf, spreadsOf } from "../alternate.ts"
import { conditionsOf } from "../conditions.ts"
import type { Bench, BenchContext, BenchResult } from "../frame.ts"
import { firstThreadMicros, ownProcessorMicros, processorMicros } from "../processor-time.ts"
import type { LoopFigures } from "../product/open.ts"
import { startPostgres, startRedis, type BenchPostgres, type BenchRedis } from "../servers.ts"
import { median, rounded } from "../statistics.ts"
import { openBullmq } from "./bullmq.ts"
import { openGraphile } from "./graphile.ts"
import { IN_FLIGHT, MEASURE_MILLIS, SLOTS, WARM_MILLIS, WORKERS } from "./limits.ts"
import { openOurs } from "./ours.ts"
import { openPgBoss } from "./pgboss.ts"
import type { OpenSide, Side } from "./sides.ts"

type Costs = Readonly<Record<string, number>>

interface Turn {
  readonly figures: LoopFigures
  /** Microseconds of processor time for each task, by what used it; warm-up and end included on both sides of the division. */
  readonly costs: Costs
}

const names = ["ours", "bullmq", "pgboss", "pgbossBatched", "graphileUnbatched", "graphileBatched"] as const
type Name = (typeof names)[number]

const opening: Readonly<Record<Name, OpenSide>> = {
  ours: openOurs,
  bullmq: openBullmq,
  pgboss: openPgBoss(false),
  pgbossBatched: openPgBoss(true),
  graphileUnbatched: openGraphile(false),
  graphileBatched: openGraphile(true),
}

const spent = (side: Side, postgres: BenchPostgres, redis: BenchRedis): ReadonlyMap<string, number> =>
  new Map([
    ...Object.entries(side.pids).flatMap(([what, pids]): [string, number][] => [
      [what, ownProcessorMicros(pids)],
      [`${what}FirstThreads`, firstThreadMicros(pids)],
    ]),
    ["postgres", processorMicros([postgres.pid])],
    ["redis", ownProcessorMicros([redis.pid])],
  ])

const medians = (turns: readonly Turn[], of: (turn: Turn) => number): number => rounded(median(turns.map(of)))

const costsOf = (turns: readonly Turn[]): Costs => {
  const whats = Object.keys(turns[0]?.costs ?? {})
  return Object.fromEntries(whats.map((what) => [what, medians(turns, ({ costs }) => costs[what] ?? 0)]))
}

const run = async (context: BenchContext): Promise<BenchResult> => {
  const [postgres, redis] = [await startPostgres(context), await startRedis(context)]
  const inFlight = context.option("in-flight")
  const loop = { inFlight, warmMillis: WARM_MILLIS, measureMillis: context.option("measure-millis") }
  const options = { context, postgres, redis, workers: context.option("workers"), slots: context.option("slots") }
  const chosen = context.option("peers") === 0 ? (["ours"] as const) : names
  const turns = new Map<Name, Turn[]>()
  const sides: Partial<Record<Name, () => Promise<number>>> = {}
  for (const name of chosen) {
    const side = await opening[name](options)
    sides[name] = async () => {
      const before = spent(side, postgres, redis)
      const figures = await side.loop(loop)
      const tasks = figures.perSecond * ((loop.warmMillis + loop.measureMillis) / 1_000)
      const costs = Object.fromEntries(
        [...spent(side, postgres, redis)].map(([what, micros]) => [what, (micros - (before.get(what) ?? 0)) / tasks]),
      )
      turns.set(name, [...(turns.get(name) ?? []), { figures, costs }])
      return figures.perSecond
    }
  }
  const measured = await alternate(context, sides as Readonly<Record<Name, () => Promise<number>>>)
  const { ours, ...peers } = measured
  const of = <A>(get: (turns: readonly Turn[]) => A): Readonly<Record<string, A>> =>
    Object.fromEntries([...turns].map(([name, own]) => [name, get(own)]))
  return {
    ours: rounded(ours.median),
    peers: Object.fromEntries(Object.entries(peers).map(([name, { median }]) => [name, rounded(median)])),
    ratios: Object.fromEntries(Object.entries(peers).map(([name, peer]) => [name, ratioOf(ours, peer)])),
    spread: spreadsOf(measured),
    figures: {
      p50Millis: of((own) => medians(own, ({ figures }) => figures.p50Millis)),
      p99Millis: of((own) => medians(own, ({ figures }) => figures.p99Millis)),
      processorMicrosPerTask: of(costsOf),
    },
    conditions: conditionsOf({
      postgres,
      redis,
      packages: ["bullmq", "pg-boss", "graphile-worker", "ioredis", "postgres"],
      workload: {
        inFlight,
        workerProcesses: options.workers,
        concurrencyOfEach: options.slots,
        warmMillis: loop.warmMillis,
        measureMillis: loop.measureMillis,
        durability:
          "ours: dispatch, assignment, start and outcome each committed to disk; pg-boss, graphile-worker: job and completion committed to disk; BullMQ: memory of Redis",
      },
    }),
  }
}

export const bench: Bench = {
  name: "dispatch",
  unit: "tasks per second",
  method: `A closed loop: ${IN_FLIGHT} tasks are under way at any time, each handed over when the outcome of another is known. Ours: the command
behind the HTTP route → the log → the bus → a real agent with the simulated runtime and a script of no steps → its report → the outcome in the log,
as a subscriber of the log sees it; dispatcher, projector, live feed and the files of the team run in the same process. BullMQ: \`add\` → the
\`completed\` event of QueueEvents, on the same Redis. pg-boss: \`send\` → its worker process says that \`complete\` was answered, job by job as
\`work\` does by default, or (batched) for all that it fetched at once; it looks for jobs sooner than pg-boss does by itself. graphile-worker: \`addJob\` → its worker process says \`job:complete\`; batched: adds that
come meanwhile go out as one statement, with a local queue and batched completions.`,
  targets: [
    { figure: "ratios.bullmq", atLeast: 0.8 },
    { figure: "ratios.pgboss", atLeast: 5 },
    { figure: "ratios.graphileUnbatched", atLeast: 5 },
  ],
  options: {
    "in-flight": IN_FLIGHT,
    workers: WORKERS,
    slots: SLOTS,
    "measure-millis": MEASURE_MILLIS,
    /** 0: ours alone, for looking at it closely. */
    peers: 1,
  },
  run,
}
