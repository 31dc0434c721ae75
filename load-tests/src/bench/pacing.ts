import { setImmediate as turn, setTimeout as delay } from "node:timers/promises"

const NANOS_PER_MILLI = 1e6
const NANOS_PER_SECOND = 1e9
/** Timers are late by up to a millisecond; the rest of a wait is spent looking. */
const TIMER_SLACK_MILLIS = 1.2

/** Nanoseconds of the machine's monotonic clock: the same in every process. */
export const clockNanos = (): bigint => process.hrtime.bigint()

export const millisBetween = (from: bigint, to: bigint): number => Number(to - from) / NANOS_PER_MILLI

/**
 * Calls `send` at a fixed rate, whatever became of the calls before (open loop), with the moment at which it was due: who measures from that
 * moment leaves no waiting out. Resolves when all were called.
 */
export const atRate = async (
  { perSecond, seconds }: { readonly perSecond: number; readonly seconds: number },
  send: (dueNanos: bigint, index: number) => void,
): Promise<void> => {
  const start = clockNanos()
  for (let index = 0; index < perSecond * seconds; index += 1) {
    const due = start + BigInt(Math.round((index * NANOS_PER_SECOND) / perSecond))
    const wait = millisBetween(clockNanos(), due) - TIMER_SLACK_MILLIS
    if (wait > 0) await delay(wait)
    while (clockNanos() < due) await turn()
    send(due, index)
  }
}
