import { AsyncLocalStorage } from "node:async_hooks"

/** The wall clock of every history begins here: a Monday, and 40 seconds before what is due every minute. */
export const EPOCH_MILLIS = Date.UTC(2026, 0, 5, 0, 0, 20)

const realSetImmediate = globalThis.setImmediate

/** So many steps between two turns of the event loop, through which the thread hears what it is asked. */
const STEPS_PER_TURN = 5_000

/**
 * Runs all promise reactions and ticks that are due, as Node does between two callbacks. It has no other name for that; a turn of the event loop for
 * each step would do the same, at twice the price.
 */
const settlePromises = (process as unknown as { readonly _tickCallback: () => void })._tickCallback

/** Something that runs, can be stopped for a while and can be killed. All that it waits for knows to whom it belongs. */
export interface SimProcess {
  readonly name: string
  isDead: boolean
  isStopped: boolean
  /** What came due while it was stopped. */
  readonly held: Scheduled[]
}

export interface Scheduled {
  readonly atMillis: number
  readonly order: number
  readonly process: SimProcess | undefined
  run: (() => void) | undefined
  /** It settles no promise: nothing has to be waited for after it. */
  readonly isInner: boolean
}

const current = new AsyncLocalStorage<SimProcess>()

/** The simulation itself: nothing stops or kills it. */
export const NOBODY = Symbol("nobody")

/** The process in whose name code runs now; undefined for the simulation itself. */
export const currentProcess = (): SimProcess | undefined => current.getStore()

export const makeProcess = (name: string): SimProcess => ({ name, isDead: false, isStopped: false, held: [] })

/** Runs code as a process: everything it starts belongs to it. */
export const runAs = <A>(process: SimProcess, work: () => A): A => current.run(process, work)

/** A promise for which nobody waits any more. */
export const never = <A>(): Promise<A> => new Promise<A>(() => undefined)

const isBefore = (a: Scheduled, b: Scheduled): boolean =>
  a.atMillis < b.atMillis || (a.atMillis === b.atMillis && a.order < b.order)

/** The virtual clock: what is scheduled runs one after the other, each to the end of all promises it settles. */
export class Scheduler {
  /** Milliseconds since the beginning of the history; with fractions. */
  nowMillis = 0
  /** How much was run. */
  steps = 0
  #order = 0
  readonly #heap: Scheduled[] = []

  /** Runs it later in the name of a process: of the one that asks, unless another is named. */
  schedule(
    delayMillis: number,
    run: () => void,
    owner: SimProcess | typeof NOBODY = currentProcess() ?? NOBODY,
  ): Scheduled {
    const process = owner === NOBODY ? undefined : owner
    const atMillis = this.nowMillis + Math.max(0, delayMillis)
    const scheduled: Scheduled = { atMillis, order: (this.#order += 1), process, run, isInner: false }
    if (process?.isDead !== true) this.#push(scheduled)
    return scheduled
  }

  /** The same for what happens within a model, and settles no promise. */
  scheduleInner(delayMillis: number, run: () => void): Scheduled {
    const atMillis = this.nowMillis + Math.max(0, delayMillis)
    const scheduled: Scheduled = { atMillis, order: (this.#order += 1), process: undefined, run, isInner: true }
    this.#push(scheduled)
    return scheduled
  }

  cancel(scheduled: Scheduled): void {
    scheduled.run = undefined
  }

  /** Nothing of it ever runs again, as after kill -9. */
  kill(process: SimProcess): void {
    process.isDead = true
    process.held.length = 0
  }

  stop(process: SimProcess): void {
    process.isStopped = true
  }

  /** Goes on as after SIGCONT: what came due meanwhile comes at once. */
  resume(process: SimProcess): void {
    if (!process.isStopped) return
    process.isStopped = false
    for (const { run } of process.held.splice(0)) if (run !== undefined) this.schedule(0, run, process)
  }

  /** Runs until `isDone` says so, nothing is left, or the clock reaches the limit. */
  runUntil(isDone: () => boolean, limitMillis: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const go = () => {
        try {
          if (this.#runSome(isDone, limitMillis)) resolve()
          else realSetImmediate(go)
        } catch (error) {
          reject(error)
        }
      }
      realSetImmediate(go)
    })
  }

  /** Runs many steps in one turn of the event loop; true when it is over. */
  #runSome(isDone: () => boolean, limitMillis: number): boolean {
    for (let n = 0; n < STEPS_PER_TURN; n += 1) {
      if (isDone()) return true
      const next = this.#pop()
      if (next === undefined || next.atMillis > limitMillis) return true
      const { process, run, isInner } = next
      if (run === undefined || process?.isDead === true) continue
      this.nowMillis = Math.max(this.nowMillis, next.atMillis)
      if (process?.isStopped === true) {
        process.held.push(next)
        continue
      }
      this.steps += 1
      if (process === undefined) run()
      else current.run(process, run)
      // All promises that this settled, and those they settle, come first.
      if (!isInner) settlePromises()
    }
    return false
  }

  #push(scheduled: Scheduled): void {
    const heap = this.#heap
    let index = heap.length
    heap.push(scheduled)
    while (index > 0) {
      const parent = (index - 1) >> 1
      const above = heap[parent] as Scheduled
      if (!isBefore(scheduled, above)) break
      heap[index] = above
      index = parent
    }
    heap[index] = scheduled
  }

  #pop(): Scheduled | undefined {
    const heap = this.#heap
    const first = heap[0]
    const last = heap.pop()
    if (first === undefined || last === undefined || heap.length === 0) return first
    let index = 0
    for (;;) {
      const left = 2 * index + 1
      if (left >= heap.length) break
      const right = left + 1
      const child = right < heap.length && isBefore(heap[right] as Scheduled, heap[left] as Scheduled) ? right : left
      if (!isBefore(heap[child] as Scheduled, last)) break
      heap[index] = heap[child] as Scheduled
      index = child
    }
    heap[index] = last
    return first
  }
}
