import { checkpointPosition } from "#src/checkpoint/read.ts"
import { all, type Reading } from "#src/database.ts"
import { ReadModelsUnavailable } from "#src/errors.ts"
import { POLL_INTERVAL_MILLIS } from "#src/limits.ts"
import type { LogSink } from "#src/log-sink.ts"
import type { AdvanceListener, ReadModels } from "#src/port.ts"
import { comparePositions, type Position } from "@muster/domain"
import { listenForHints } from "#src/advance/hints.ts"

export interface NotifierOptions {
  readonly url: string
  readonly reading: Reading
  readonly log: LogSink
}

export interface Notifier extends Pick<ReadModels, "position" | "waitFor" | "onAdvance"> {
  /** From the projector in this process, after its commit: everybody here knows at once. */
  readonly advanced: AdvanceListener
  readonly close: () => Promise<void>
}

/**
 * Tells how far the read models are. The checkpoint row is the truth; what the projector of this process says, hints of the
 * database and a timer only say when to look. It watches from the first listener on.
 */
export const makeNotifier = ({ url, reading, log }: NotifierOptions): Notifier => {
  const listeners = new Set<AdvanceListener>()
  const closing = new AbortController()
  /** The newest position told; undefined before the first look. */
  let told: Position | undefined
  /** Counts what the projector of this process said, so that a look which began earlier is not taken for newer. */
  let said = 0
  let isHinted = false
  let wake: () => void = () => undefined
  let watching: Promise<unknown> | undefined

  const tell = (position: Position, feeds: ReadonlyMap<string, number>): void => {
    told = position
    for (const listener of listeners) {
      try {
        listener(position, feeds)
      } catch (error) {
        log.warn({ error: error instanceof Error ? error.name : "unknown" }, "a listener for advances failed")
      }
    }
  }

  const look = async (): Promise<void> => {
    const before = said
    const position = await reading(checkpointPosition)
    if (position === told || said !== before) return
    // A position that went back is a rebuild: all feeds are told anew.
    const after = told === undefined || comparePositions(position, told) < 0 ? "0" : told
    const feeds = await reading(async (sql) => {
      const rows = await all(sql<{ feed_id: string; seq: number }[]>`
        SELECT feed_id, seq FROM rm.feed_head WHERE position > ${after}`)
      return new Map(rows.map((row) => [row.feed_id, row.seq]))
    })
    if (said === before) tell(position, feeds)
  }

  const hintOrTimer = (): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, POLL_INTERVAL_MILLIS)
      wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })

  const watch = async (): Promise<void> => {
    let isFailing = false
    while (!closing.signal.aborted) {
      isHinted = false
      try {
        await look()
        isFailing = false
      } catch (error) {
        if (!(error instanceof ReadModelsUnavailable)) throw error
        if (!isFailing) log.warn({ code: error.cause.code }, "cannot see how far the read models are, trying again")
        isFailing = true
      }
      if (!isHinted && !closing.signal.aborted) await hintOrTimer()
    }
  }

  const start = (): void => {
    if (watching !== undefined || closing.signal.aborted) return
    const onHint = () => {
      isHinted = true
      wake()
    }
    watching = Promise.all([watch(), listenForHints({ url, log, signal: closing.signal }, onHint)])
  }

  const onAdvance = (listener: AdvanceListener): (() => void) => {
    // A function may be registered twice: each registration is its own.
    const own: AdvanceListener = (position, feeds) => listener(position, feeds)
    listeners.add(own)
    start()
    return () => {
      listeners.delete(own)
    }
  }

  return {
    advanced: (position, feeds) => {
      said += 1
      tell(position, feeds)
    },
    position: () => reading(checkpointPosition),
    waitFor: async (position, timeoutMillis) => {
      const isReached = (at: Position) => comparePositions(at, position) >= 0
      if (watching !== undefined && told !== undefined && isReached(told)) return true
      let leave: () => void = () => undefined
      let timer: NodeJS.Timeout | undefined
      const reached = new Promise<boolean>((resolve) => {
        timer = setTimeout(() => resolve(false), timeoutMillis)
        leave = onAdvance((at) => {
          if (isReached(at)) resolve(true)
        })
      })
      try {
        // Registered before this look, so that no advance falls between.
        return isReached(await reading(checkpointPosition)) || (await reached)
      } finally {
        clearTimeout(timer)
        leave()
      }
    },
    onAdvance,
    close: async () => {
      closing.abort()
      wake()
      await watching
    },
  }
}
