import { execFileSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { availableParallelism, cpus, loadavg, release, totalmem } from "node:os"
import { dirname, join } from "node:path"
import type { Conditions } from "./frame.ts"
import type { BenchPostgres, BenchRedis } from "./servers.ts"

const BYTES_PER_GIBIBYTE = 2 ** 30

export interface Setting {
  readonly postgres?: BenchPostgres
  readonly redis?: BenchRedis
  /** npm packages whose installed versions are told. */
  readonly packages?: readonly string[]
  /** What else was set: concurrency, sizes, durations. */
  readonly workload?: Readonly<Record<string, unknown>>
}

const require = createRequire(import.meta.url)

/** The version of an installed package; not all of them export their manifest. */
const versionOf = (name: string): string => {
  for (const folder of require.resolve.paths(name) ?? [])
    try {
      return (JSON.parse(readFileSync(join(folder, name, "package.json"), "utf8")) as { readonly version: string })
        .version
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error
    }
  return "not installed"
}

const revision = (): string => {
  try {
    return execFileSync("git", ["rev-parse", "--short", "HEAD"], {
      cwd: dirname(import.meta.filename),
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }).trim()
  } catch (error) {
    // A copy without git is measured all the same.
    if (error instanceof Error) return "unknown"
    throw error
  }
}

const startedAt = new Date().toISOString()
/** Of the last minute before the benchmark began: what else the machine was doing. */
const loadBefore = loadavg()[0] ?? 0

/** Machine, versions, durability and load, for the answer of a benchmark. */
export const conditionsOf = ({ postgres, redis, packages = [], workload = {} }: Setting): Conditions => ({
  at: startedAt,
  revision: revision(),
  cores: availableParallelism(),
  processor: cpus()[0]?.model.trim() ?? "unknown",
  memoryGibibytes: Math.round(totalmem() / BYTES_PER_GIBIBYTE),
  linux: release(),
  loadAverageAtStart: Number(loadBefore.toFixed(2)),
  node: process.versions.node,
  ...(postgres === undefined ? {} : { postgres: postgres.durability }),
  ...(redis === undefined ? {} : { redis: redis.durability }),
  packages: Object.fromEntries(packages.map((name) => [name, versionOf(name)])),
  workload,
})
