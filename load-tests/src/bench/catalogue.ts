import { existsSync } from "node:fs"
import { join } from "node:path"
import type { Bench } from "./frame.ts"

/** In the order in which the report runs and shows them. */
export const BENCHES = ["append", "dispatch", "latency", "catchup", "project", "history", "fanout", "memory"] as const
export type BenchName = (typeof BENCHES)[number]

export const isBenchName = (name: string): name is BenchName => (BENCHES as readonly string[]).includes(name)

/** A benchmark is a module of this folder, or a folder with an index. Undefined when it is not there. */
export const loadBench = async (name: BenchName): Promise<Bench | undefined> => {
  for (const path of [`${name}.ts`, join(name, "index.ts")])
    if (existsSync(join(import.meta.dirname, path)))
      return ((await import(join(import.meta.dirname, path))) as { readonly bench: Bench }).bench
  return undefined
}
