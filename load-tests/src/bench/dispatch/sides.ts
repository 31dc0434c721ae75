import type { BenchContext } from "../frame.ts"
import type { BenchPostgres, BenchRedis } from "../servers.ts"
import type { LoopFigures } from "../product/open.ts"
import type { Loop } from "./closed-loop.ts"

export interface SideOptions {
  readonly context: BenchContext
  readonly postgres: BenchPostgres
  readonly redis: BenchRedis
  /** Worker processes, and jobs that each carries out at a time. */
  readonly workers: number
  readonly slots: number
}

/** A queue that takes part: its workers run, its producer is this process or one beside it. */
export interface Side {
  readonly loop: (loop: Loop) => Promise<LoopFigures>
  /** Processes whose processor time belongs to it, by what they are. */
  readonly pids: Readonly<Record<string, readonly number[]>>
}

export type OpenSide = (options: SideOptions) => Promise<Side>
