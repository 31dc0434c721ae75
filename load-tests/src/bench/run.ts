import type { Bench, BenchContext, BenchLine } from "./frame.ts"
import { lineOf } from "./frame.ts"
import type { RunOptions } from "./options.ts"
import { clearProfile, readProfile } from "./profile/index.ts"

/** Runs a benchmark; whatever it started is stopped when this settles. */
export const runBench = async (bench: Bench, options: RunOptions, signal: AbortSignal): Promise<BenchLine> => {
  const ends: (() => Promise<void> | void)[] = []
  const context: BenchContext = {
    repeats: options.repeats,
    profileDir: options.profileDir,
    option: (name) => {
      const value = options.numbers.get(name)
      if (value === undefined) throw new RangeError(`the benchmark declares no option "${name}"`)
      return value
    },
    tell: (line) => void process.stderr.write(`${bench.name}: ${line}\n`),
    defer: (end) => void ends.push(end),
  }
  if (options.profileDir !== undefined) clearProfile(options.profileDir)
  const interrupted = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => reject(new Error("interrupted")), { once: true })
  })
  let line: BenchLine
  try {
    line = lineOf(bench, await Promise.race([bench.run(context), interrupted]))
  } finally {
    for (const end of ends.toReversed())
      try {
        await end()
      } catch (error) {
        context.tell(`something could not be stopped: ${error instanceof Error ? error.message : String(error)}`)
      }
  }
  // Processes write their profiles when they end.
  const profile = options.profileDir === undefined ? undefined : readProfile(options.profileDir)
  return profile === undefined ? line : { ...line, profile }
}
