import { setImmediate as nextTurn } from "node:timers/promises"
import { backoffMillis, pause } from "@muster/platform"
import { LogUnavailable, PoisonedEvent } from "#src/errors.ts"
import {
  ATTEMPT_TIMEOUT_MILLIS,
  BATCH_MAX_BYTES,
  BATCH_MAX_REQUESTS,
  HALF_BATCH_MIN_REQUESTS,
  RETRY,
} from "#src/limits.ts"
import type { LogSink } from "#src/log-sink.ts"
import type { AppendVerdict } from "#src/port.ts"
import type { Added } from "#src/postgres/added.ts"
import { appendBatch, fence, findStored } from "#src/postgres/batch.ts"
import { DatabaseFault, faultOf } from "#src/postgres/faults.ts"
import { type Sessions, withinMillis } from "#src/postgres/sessions.ts"
import { makeQueue, type Pending, type QueueLimits } from "#src/queue.ts"
import { comparePositions, type Position } from "@muster/domain"

/** Limits that a test may shrink; the names are those of limits.ts. */
export interface CommitterLimits extends QueueLimits {
  readonly attemptTimeoutMillis: number
}

export interface CommitterOptions {
  readonly sessions: Sessions
  readonly log: LogSink
  /** Called after each answer of stored requests, in the order of their positions, with the last position of them and what this answer has added to the log. */
  readonly onCommitted: (lastPosition: Position, added: Added | undefined) => void
  readonly limits?: Partial<CommitterLimits>
}

/**
 * The group committer: one connection, one batch in flight. While a batch is on its way requests gather; the next batch
 * takes them all, so batches grow with the load and nobody waits for a timer.
 */
export const makeCommitter = ({ sessions, log, onCommitted, limits = {} }: CommitterOptions) => {
  const attemptTimeoutMillis = limits.attemptTimeoutMillis ?? ATTEMPT_TIMEOUT_MILLIS
  const queue = makeQueue({
    limits,
    closedFault: () => new DatabaseFault({ kind: "misconfigured", code: "CLOSED", message: "the log was closed" }),
    onQueued: () => {
      running ??= run()
    },
  })
  const { lanes } = queue
  /** Sessions given up with a batch in flight; none of their backends may live when we look for what was stored. */
  let unfenced: string[] = []
  let running: Promise<void> | undefined
  /** Requests of the last batch whose verdicts are known and not told yet. */
  let untold = 0

  /** Sends the batch once; settles what is answered and returns the requests that are still open. */
  const attempt = async (batch: readonly Pending[], uncertain: boolean): Promise<readonly Pending[]> => {
    const session = sessions.current()
    const within = <A>(work: PromiseLike<A>) => withinMillis(work, attemptTimeoutMillis)
    let open = batch
    try {
      if (unfenced.length > 0) {
        if (!(await within(fence(session.sql, unfenced)))) return open
        unfenced = []
      }
      if (uncertain) open = settleAll(open, await within(findStored(session.sql, requestsOf(open))))
      if (open.length === 0) return open
      const { verdicts, added } = await within(appendBatch(session.sql, requestsOf(open)))
      return settleAll(open, verdicts, added)
    } catch (error) {
      const fault = faultOf(error)
      if (fault.kind === "lost") {
        sessions.discard(session)
        unfenced.push(session.name)
      }
      throw fault
    }
  }

  /** Settles each request that has a verdict; returns the others. */
  const settleAll = (
    batch: readonly Pending[],
    verdicts: readonly (AppendVerdict | undefined)[],
    added?: Added,
  ): readonly Pending[] => {
    const open: Pending[] = []
    const answered: { readonly pending: Pending; readonly verdict: AppendVerdict }[] = []
    let last: Position | undefined
    for (const [index, pending] of batch.entries()) {
      const verdict = verdicts[index]
      if (verdict === undefined) open.push(pending)
      else {
        answered.push({ pending, verdict })
        if (verdict.ok && (last === undefined || comparePositions(verdict.lastPosition, last) > 0))
          last = verdict.lastPosition
      }
    }
    const tellCallers = (): void => {
      for (const { pending, verdict } of answered) pending.settle(verdict)
    }
    const tellFollowers = (): void => {
      if (last !== undefined) onCommitted(last, added)
    }
    // With enough waiting, the next batch is sent first: the server works while these callers go on.
    if (lanes.size() < HALF_BATCH_MIN_REQUESTS) {
      tellCallers()
      // A turn later: the callers are waited for, and send what they send next before all who follow the log take their time.
      setImmediate(tellFollowers)
    } else {
      untold += answered.length
      setImmediate(() => {
        untold -= answered.length
        tellCallers()
        tellFollowers()
      })
    }
    return open
  }

  /** Half of what is on its way in all, so that one half can be stored while the other makes its next requests. */
  const nextBatchSize = (): number =>
    Math.min(BATCH_MAX_REQUESTS, Math.max(HALF_BATCH_MIN_REQUESTS, Math.ceil((lanes.size() + untold) / 2)))

  const giveUp = (batch: readonly Pending[], cause: unknown): void => {
    for (const { settle } of batch) settle({ ok: false, error: new LogUnavailable({ cause }) })
  }

  /** Brings every request of the batch to a verdict. Never throws. */
  const commit = async (batch: readonly Pending[], uncertainBefore = false): Promise<void> => {
    let open = batch
    let uncertain = uncertainBefore
    let lastFault: DatabaseFault | undefined
    for (let failures = 0; ; failures += 1) {
      const now = performance.now()
      const late = open.filter((pending) => pending.deadlineAt <= now)
      if (late.length > 0) {
        giveUp(late, lastFault ?? waitedTooLong())
        open = open.filter((pending) => pending.deadlineAt > now)
      }
      if (open.length === 0) return
      try {
        open = await attempt(open, uncertain)
        if (open.length === 0) return
      } catch (error) {
        if (!(error instanceof DatabaseFault)) throw error
        lastFault = error
        if (error.kind === "misconfigured") return giveUp(open, error)
        if (error.kind === "refused") return bisect(open, error, uncertain)
        if (error.kind === "lost") uncertain = true
        if (failures === 0) log.warn({ code: error.code, requests: open.length }, "append failed, trying again")
      }
      await pause(backoffMillis(RETRY, failures))
    }
  }

  /** The database refused the batch: halve it until the request that spoils it stands alone. */
  const bisect = async (batch: readonly Pending[], fault: DatabaseFault, uncertain: boolean): Promise<void> => {
    const [only] = batch
    if (batch.length === 1 && only !== undefined) {
      const { stream } = only
      return only.settle({
        ok: false,
        error: new PoisonedEvent({ stream, reason: `refused by the database (${fault.code})` }),
      })
    }
    const half = Math.ceil(batch.length / 2)
    await commit(batch.slice(0, half), uncertain)
    await commit(batch.slice(half), uncertain)
  }

  const run = async (): Promise<void> => {
    // One turn of the microtask queue: requests made in the same tick share a batch.
    await Promise.resolve()
    for (;;) {
      const batch = lanes.take({ requests: nextBatchSize(), bytes: BATCH_MAX_BYTES })
      if (batch.length === 0) break
      try {
        await commit(batch)
      } catch (error) {
        // A defect of ours: the callers must not hang on it. A verdict given before stays.
        log.warn({ defect: error instanceof Error ? error.message : String(error) }, "append broke")
        giveUp(batch, error)
      }
      lanes.release(batch)
    }
    running = undefined
  }

  return {
    submit: queue.submit,
    /** Takes no more requests and waits until those it has are answered. */
    close: async (): Promise<void> => {
      queue.close()
      await running
      // Followers hear of the last batch a turn later.
      await nextTurn()
    },
  }
}

const waitedTooLong = () =>
  new DatabaseFault({ kind: "busy", code: "QUEUED", message: "the request waited too long in the queue" })

const requestsOf = (batch: readonly Pending[]) => batch.map((pending) => pending.request)
