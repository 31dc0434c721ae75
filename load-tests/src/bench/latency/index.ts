import { join } from "node:path"
import { alternate, ratioOf, spreadsOf } from "../alternate.ts"
import { conditionsOf } from "../conditions.ts"
import type { Bench, BenchContext, BenchResult } from "../frame.ts"
import { openHelper } from "../helper/open.ts"
import { openProduct } from "../product/open.ts"
import { startPostgres, startRedis, type BenchPostgres, type BenchRedis } from "../servers.ts"
import { percentile, rounded } from "../statistics.ts"
import { keepArrivals, type Sent } from "./arrivals.ts"
import { openLimit } from "./limit.ts"
import { IDLE_PER_SECOND, MODERATE_PER_SECOND, SECONDS, SLOTS, WARM_SECONDS } from "./limits.ts"

interface Rate {
  readonly perSecond: number
  readonly seconds: number
}
type Measure = (rate: Rate) => Promise<readonly number[]>

const openOurs = async (
  context: BenchContext,
  servers: { readonly postgres: BenchPostgres; readonly redis: BenchRedis },
): Promise<Measure> => {
  const product = await openProduct(context, servers)
  const team = await product.makeTeam({ name: "Latency", members: 1, slots: SLOTS, placement: "manual" })
  const [memberId = ""] = team.memberIds
  const path = join(import.meta.dirname, "taker-process.ts")
  const input = await product.invite({ teamId: team.teamId, memberId })
  const arrivals = keepArrivals(await openHelper(context, { path, name: "taker", input }))
  await product.untilPresent(team)
  return async (rate) => arrivals.latenciesMillis(await product.ask<readonly Sent[]>("openLoop", { team, ...rate }))
}

const run = async (context: BenchContext): Promise<BenchResult> => {
  const servers = { postgres: await startPostgres(context), redis: await startRedis(context) }
  const measures = { ours: await openOurs(context, servers), limit: await openLimit(context, servers) }
  const seconds = context.option("seconds")
  const idle: Rate = { perSecond: context.option("idle-per-second"), seconds }
  const moderate: Rate = { perSecond: context.option("moderate-per-second"), seconds }
  const all = new Map<string, number[]>()
  const side = (name: string, measure: Measure, rate: Rate) => async (): Promise<number> => {
    const latencies = await measure(rate)
    all.set(name, [...(all.get(name) ?? []), ...latencies])
    return percentile(latencies, 0.5)
  }
  for (const measure of Object.values(measures)) await measure({ ...moderate, seconds: WARM_SECONDS })
  const measured = await alternate(context, {
    ours: side("ours", measures.ours, idle),
    limit: side("limit", measures.limit, idle),
    oursModerate: side("oursModerate", measures.ours, moderate),
    limitModerate: side("limitModerate", measures.limit, moderate),
  })
  const p99 = (name: string) => rounded(percentile(all.get(name) ?? [], 0.99))
  return {
    ours: rounded(measured.ours.median),
    peers: { limit: rounded(measured.limit.median) },
    ratios: {
      limit: ratioOf(measured.ours, measured.limit),
      limitModerate: ratioOf(measured.oursModerate, measured.limitModerate),
    },
    spread: spreadsOf(measured),
    figures: {
      p50Millis: rounded(measured.ours.median),
      p99Millis: p99("ours"),
      limitP99Millis: p99("limit"),
      moderate: {
        perSecond: moderate.perSecond,
        p50Millis: rounded(measured.oursModerate.median),
        p99Millis: p99("oursModerate"),
        limitP50Millis: rounded(measured.limitModerate.median),
        limitP99Millis: p99("limitModerate"),
      },
    },
    conditions: conditionsOf({
      ...servers,
      packages: ["ioredis", "postgres"],
      workload: { idlePerSecond: idle.perSecond, moderatePerSecond: moderate.perSecond, secondsOfEachTurn: seconds },
    }),
  }
}

export const bench: Bench = {
  name: "latency",
  unit: "milliseconds, median, from the intended moment of a dispatch to the agent that has the task",
  method: `An open loop: tasks are dispatched at a fixed rate whatever becomes of those before, and each is measured from the moment at which it
was due, so that no wait is left out. Ours: the command behind the HTTP route → dispatch and assignment in the log, on disk → the inbox → \`takeTasks\` of the agent's half of the bus,
in a process of its own. The limit, in the same run on the same servers: one INSERT, committed to disk, then one XADD to a process that waits in XREAD.`,
  targets: [{ figure: "ratios.limit", atMost: 1.5 }],
  options: {
    "idle-per-second": IDLE_PER_SECOND,
    "moderate-per-second": MODERATE_PER_SECOND,
    seconds: SECONDS,
  },
  run,
}
