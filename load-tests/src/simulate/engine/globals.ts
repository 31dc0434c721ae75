import { EPOCH_MILLIS, type Scheduled } from "./scheduler.ts"
import { env } from "./world-clock.ts"

/** A timer never comes earlier than asked, and up to so much later. */
const TIMER_SLACK_MILLIS = 1

const RealDate = globalThis.Date

export const wallMillis = (): number => EPOCH_MILLIS + Math.floor(env().scheduler.nowMillis)

class VirtualDate extends RealDate {
  constructor(...args: readonly [] | readonly [number | string | Date]) {
    super(...((args.length === 0 ? [wallMillis()] : args) as [number]))
  }
  static override now(): number {
    return wallMillis()
  }
}

/** What `setTimeout` answers with. */
class VirtualTimer {
  readonly #scheduled: Scheduled
  constructor(scheduled: Scheduled) {
    this.#scheduled = scheduled
  }
  clear(): void {
    env().scheduler.cancel(this.#scheduled)
  }
  ref(): this {
    return this
  }
  unref(): this {
    return this
  }
}

/** Runs `work` after so many virtual milliseconds, in the name of the process that asks. */
export const setVirtualTimeout = (work: () => void, millis = 0): VirtualTimer => {
  const { scheduler, latency } = env()
  return new VirtualTimer(scheduler.schedule(Math.max(1, millis) + latency.next() * TIMER_SLACK_MILLIS, work))
}

const clear = (timer: unknown): void => {
  if (timer instanceof VirtualTimer) timer.clear()
}

/** Puts virtual time and seeded chance in the place of this thread's own. There is no way back: use a thread of its own. */
export const installGlobals = (): void => {
  const virtual = {
    Date: VirtualDate,
    setTimeout: (work: (...args: readonly unknown[]) => void, millis?: number, ...args: readonly unknown[]) =>
      setVirtualTimeout(() => work(...args), millis),
    clearTimeout: clear,
    setImmediate: (work: (...args: readonly unknown[]) => void, ...args: readonly unknown[]) =>
      new VirtualTimer(env().scheduler.schedule(0, () => work(...args))),
    clearImmediate: clear,
    setInterval: () => {
      throw new TypeError("nothing that is simulated uses setInterval")
    },
  }
  Object.assign(globalThis, virtual)
  Math.random = () => env().chance.next()
  performance.now = () => env().scheduler.nowMillis
  AbortSignal.timeout = (millis: number) => {
    const controller = new AbortController()
    setVirtualTimeout(() => controller.abort(new DOMException("the operation timed out", "TimeoutError")), millis)
    return controller.signal
  }
}
