import { comparePositions } from "@muster/domain"

export interface ReloaderOptions {
  /** Reads the list as of a position, or as it is. Does not reject. */
  readonly load: (atLeast: string | undefined) => Promise<void>
  /** Reads begin at least so long after each other: a thousand changes a second are a few reads. */
  readonly everyMillis: number
  readonly now?: () => number
  readonly later?: (work: () => void, millis: number) => () => void
}

export interface Reloader {
  /** Resolves when a read that began after this call has ended. */
  readonly ask: (atLeast?: string) => Promise<void>
  readonly stop: () => void
}

const timeout = (work: () => void, millis: number): (() => void) => {
  const timer = setTimeout(work, millis)
  return () => clearTimeout(timer)
}

/** Turns any number of wishes into few reads: one at a time, not too often, and never older than what was asked for. */
export function makeReloader({ load, everyMillis, now = Date.now, later = timeout }: ReloaderOptions): Reloader {
  let position: string | undefined
  let waiting: Array<() => void> = []
  let isLoading = false
  let startedAt = Number.NEGATIVE_INFINITY
  let cancel: (() => void) | undefined
  let isStopped = false

  const run = async (): Promise<void> => {
    cancel = undefined
    const done = waiting
    waiting = []
    isLoading = true
    startedAt = now()
    await load(position)
    isLoading = false
    for (const tell of done) tell()
    if (waiting.length > 0) plan()
  }
  const plan = (): void => {
    if (isStopped || isLoading || cancel !== undefined) return
    const waitMillis = Math.max(0, startedAt + everyMillis - now())
    cancel = later(() => void run(), waitMillis)
  }

  return {
    ask: (atLeast) =>
      new Promise((resolve) => {
        if (isStopped) return resolve()
        if (atLeast !== undefined && (position === undefined || comparePositions(atLeast, position) > 0))
          position = atLeast
        waiting.push(resolve)
        plan()
      }),
    stop: () => {
      isStopped = true
      cancel?.()
      for (const tell of waiting) tell()
      waiting = []
    },
  }
}
