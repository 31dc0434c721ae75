import { conditionsOf } from "../conditions.ts"
import { IN_FLIGHT, SLOTS, WORKERS } from "../dispatch/limits.ts"
import type { Bench, BenchContext, BenchResult } from "../frame.ts"
import { openProduct } from "../product/open.ts"
import { startPostgres, startRedis } from "../servers.ts"
import { rounded, slopeOf } from "../statistics.ts"

const TASKS = 1_000_000
const SAMPLE_EVERY_TASKS = 50_000
/** At first caches fill and code is compiled; the slope is of the rest. */
const SETTLING_SHARE = 0.2
const BYTES_PER_MEBIBYTE = 2 ** 20

const mebibytes = (bytes: number): number => rounded(bytes / BYTES_PER_MEBIBYTE)

const run = async (context: BenchContext): Promise<BenchResult> => {
  const postgres = await startPostgres(context)
  const redis = await startRedis(context)
  const product = await openProduct(context, { postgres, redis })
  const team = await product.makeTeam({ name: "Memory", members: WORKERS, slots: SLOTS, placement: "local" })
  const [tasks, step] = [context.option("tasks"), Math.max(1, context.option("sample-every"))]
  const from = performance.now()
  const points: [tasks: number, bytes: number][] = [[0, await product.heapBytes()]]
  for (let done = 0; done < tasks;) {
    const count = Math.min(step, tasks - done)
    await product.carryOut(team, { count, inFlight: IN_FLIGHT })
    done += count
    const bytes = await product.heapBytes()
    points.push([done, bytes])
    context.tell(`${done} tasks: ${mebibytes(bytes)} MiB of heap after a collection`)
  }
  const seconds = (performance.now() - from) / 1_000
  const settled = points.filter(([done]) => done >= tasks * SETTLING_SHARE)
  const mean = settled.reduce((sum, [, bytes]) => sum + bytes, 0) / settled.length
  const grown = slopeOf(settled) * (tasks * (1 - SETTLING_SHARE))
  return {
    ours: mebibytes(mean),
    peers: {},
    ratios: {},
    figures: {
      slopePercent: rounded((100 * grown) / mean),
      tasks,
      tasksPerSecond: rounded(tasks / seconds),
      heapMebibytes: points.map(([, bytes]) => mebibytes(bytes)),
    },
    conditions: conditionsOf({
      postgres,
      redis,
      workload: { tasks, sampledEveryTasks: step, inFlight: IN_FLIGHT, agents: WORKERS, slotsOfEach: SLOTS },
    }),
  }
}

export const bench: Bench = {
  name: "memory",
  unit: "MiB of heap after a forced collection, mean of the last four fifths",
  method: `A million tasks, ${IN_FLIGHT} at a time, go through one process with all services; its heap is measured after a forced collection every 50,000 tasks. \`slopePercent\` is how
much a straight line through the last four fifths rises over them, in percent of their mean.`,
  targets: [{ figure: "slopePercent", atLeast: -10, atMost: 10 }],
  options: { tasks: TASKS, "sample-every": SAMPLE_EVERY_TASKS },
  run,
}
