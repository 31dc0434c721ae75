import { BUS_VERSION, type ReportEnvelope } from "@muster/contracts"
import type { IncarnationId } from "@muster/domain"
import { messageOf } from "#src/errors.ts"
import type { AnyReport } from "#src/journal/records.ts"
import type { Journal } from "#src/journal/journal.ts"
import { type AgentTimings, type OutboxCaps, SEND_BATCH_MAX } from "#src/limits.ts"
import type { Log } from "#src/log.ts"
import { backoff, latch, pause } from "#src/pause.ts"

/** Reports on their way to the dispatcher: on disk from the moment they are made until it says that it recorded them. */
export interface Outbox {
  /** Resolves when the report is on the disk: from then on it will arrive, however often we crash. */
  readonly report: (report: AnyReport) => Promise<{ readonly seq: number }>
  readonly acked: (seqs: readonly number[]) => void
  readonly onAcked: (listener: () => void) => void
  /** The bus may have forgotten what we sent: everything leaves again, oldest first. */
  readonly resendAll: () => void
  readonly isFull: () => boolean
  readonly isEmpty: () => boolean
  /** Sends until the signal fires. */
  readonly run: (signal: AbortSignal) => Promise<void>
}

export interface OutboxOptions {
  readonly journal: Journal
  readonly incarnation: IncarnationId
  readonly send: (envelopes: readonly ReportEnvelope[]) => Promise<void>
  readonly caps: OutboxCaps
  readonly timings: Pick<AgentTimings, "ackTimeoutMillis" | "retryFirstMillis" | "retryMaxMillis">
  readonly log: Log
}

export const createOutbox = ({ journal, incarnation, send, caps, timings, log }: OutboxOptions): Outbox => {
  /** When each unacknowledged report last left (monotonic milliseconds). */
  const sentAt = new Map<number, number>()
  const listeners: (() => void)[] = []
  const wake = latch()
  const { state } = journal

  const due = (): readonly ReportEnvelope[] => {
    const now = performance.now()
    const stored = journal.storedSeq()
    const batch: ReportEnvelope[] = []
    for (const { seq, at, report } of state.unacked.values()) {
      if (seq > stored || batch.length === SEND_BATCH_MAX) break
      const last = sentAt.get(seq)
      if (last === undefined || now - last >= timings.ackTimeoutMillis)
        batch.push({ v: BUS_VERSION, incarnation, seq, at, report })
    }
    return batch
  }

  const untilNextDue = (): number => {
    let oldest = Number.POSITIVE_INFINITY
    for (const at of sentAt.values()) oldest = Math.min(oldest, at)
    const left = oldest + timings.ackTimeoutMillis - performance.now()
    return Math.max(1, Math.min(left, timings.ackTimeoutMillis))
  }

  const run = async (signal: AbortSignal): Promise<void> => {
    const retry = backoff(timings.retryFirstMillis, timings.retryMaxMillis)
    while (!signal.aborted) {
      const batch = due()
      if (batch.length === 0) {
        await wake.wait(untilNextDue(), signal)
        continue
      }
      try {
        await send(batch)
        const now = performance.now()
        // An acknowledgement may have overtaken the answer to the write.
        for (const { seq } of batch) if (state.unacked.has(seq)) sentAt.set(seq, now)
        retry.reset()
      } catch (error) {
        if (signal.aborted) return
        log.debug({ reports: batch.length, error: messageOf(error) }, "reports could not be sent; they wait on disk")
        await pause(retry.next(), signal)
      }
    }
  }

  return {
    report: async (report) => {
      const { seq, stored } = journal.report(report)
      await stored
      wake.ring()
      return { seq }
    },
    acked: (seqs) => {
      const known = seqs.filter((seq) => state.unacked.has(seq))
      if (known.length === 0) return
      journal.note({ k: "acked", seqs: known })
      for (const seq of known) sentAt.delete(seq)
      for (const listener of listeners) listener()
    },
    onAcked: (listener) => {
      listeners.push(listener)
    },
    resendAll: () => {
      sentAt.clear()
      wake.ring()
    },
    isFull: () => state.unacked.size >= caps.maxEntries || state.unackedBytes >= caps.maxBytes,
    isEmpty: () => state.unacked.size === 0,
    run,
  }
}
