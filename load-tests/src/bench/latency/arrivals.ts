import type { Helper } from "../helper/open.ts"
import { millisBetween } from "../pacing.ts"
import { ARRIVAL_TIMEOUT_MILLIS } from "./limits.ts"

/** Told by the process that takes: what came, and when on the machine's clock. */
export type Arrival = readonly [id: string, nanos: string]

export interface Sent {
  readonly id: string
  readonly dueNanos: string
}

/** Keeps what a helper says about arrivals until somebody asks. */
export const keepArrivals = ({ onNote }: Helper) => {
  const arrived = new Map<string, bigint>()
  const waiting = new Map<string, () => void>()
  onNote((note) => {
    for (const [id, nanos] of note as readonly Arrival[]) {
      arrived.set(id, BigInt(nanos))
      waiting.get(id)?.()
      waiting.delete(id)
    }
  })
  const until = (id: string): Promise<bigint> =>
    new Promise((resolve, reject) => {
      const found = () => {
        const nanos = arrived.get(id)
        arrived.delete(id)
        clearTimeout(late)
        if (nanos === undefined) reject(new TypeError("what has arrived has a time"))
        else resolve(nanos)
      }
      const late = setTimeout(() => reject(new Error(`${id} did not arrive in time`)), ARRIVAL_TIMEOUT_MILLIS)
      if (arrived.has(id)) found()
      else waiting.set(id, found)
    })
  return {
    /** From the moment each was due to its arrival. Rejects when one does not arrive. */
    latenciesMillis: (sent: readonly Sent[]): Promise<readonly number[]> =>
      Promise.all(sent.map(async ({ id, dueNanos }) => millisBetween(BigInt(dueNanos), await until(id)))),
  }
}
