import { dense } from "@muster/platform"
import type { Sql } from "postgres"
import { OperationalStateUnavailable } from "#src/errors.ts"

/** What the parts of this package are built on. */
export interface Database {
  readonly sql: Sql
  /** Epoch milliseconds. */
  readonly now: () => number
}

/** Runs statements; whatever goes wrong in them is one tagged error. */
export const asking = async <T>(work: () => Promise<T>): Promise<T> => {
  try {
    return dense(await work())
  } catch (cause) {
    throw new OperationalStateUnavailable({ cause })
  }
}

export const at = (millis: number): Date => new Date(millis)
