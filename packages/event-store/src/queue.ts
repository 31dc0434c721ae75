import type { EncodedRequest } from "#src/encode.ts"
import { LogUnavailable, Overloaded } from "#src/errors.ts"
import { makeLanes } from "#src/lanes.ts"
import {
  APPEND_DEADLINE_MILLIS,
  OVERLOADED_RETRY_AFTER_MILLIS,
  QUEUE_MAX_BYTES,
  QUEUE_MAX_REQUESTS,
} from "#src/limits.ts"
import type { AppendVerdict } from "#src/port.ts"

/** Limits that a test may shrink; the names are those of limits.ts. */
export interface QueueLimits {
  readonly appendDeadlineMillis: number
  readonly queueMaxRequests: number
  readonly queueMaxBytes: number
}

/** A request on its way, until `settle` is called with its verdict. */
export interface Pending {
  readonly request: EncodedRequest
  readonly stream: string
  readonly bytes: number
  readonly deadlineAt: number
  readonly settle: (verdict: AppendVerdict) => void
}

export interface QueueOptions {
  readonly limits: Partial<QueueLimits>
  /** Says why nothing is taken when the log was closed. */
  readonly closedFault: () => Error
  /** Called when there is one more. */
  readonly onQueued: () => void
}

/** Requests that wait to be sent, those of one stream in the order they came, as many as there is room for. */
export const makeQueue = ({ limits, closedFault, onQueued }: QueueOptions) => {
  const appendDeadlineMillis = limits.appendDeadlineMillis ?? APPEND_DEADLINE_MILLIS
  const queueMaxRequests = limits.queueMaxRequests ?? QUEUE_MAX_REQUESTS
  const queueMaxBytes = limits.queueMaxBytes ?? QUEUE_MAX_BYTES
  const lanes = makeLanes<Pending>()
  let isClosed = false
  return {
    lanes,
    /** Queues a checked request; resolves with its verdict, never rejects. */
    submit: (request: EncodedRequest): Promise<AppendVerdict> => {
      if (isClosed) return Promise.resolve({ ok: false, error: new LogUnavailable({ cause: closedFault() }) })
      if (lanes.size() >= queueMaxRequests || lanes.bytes() + request.bytes > queueMaxBytes)
        return Promise.resolve({
          ok: false,
          error: new Overloaded({ retryAfterMillis: OVERLOADED_RETRY_AFTER_MILLIS }),
        })
      return new Promise((settle) => {
        const deadlineAt = performance.now() + appendDeadlineMillis
        lanes.push({ request, stream: request.stream, bytes: request.bytes, deadlineAt, settle })
        onQueued()
      })
    },
    /** Takes no more; what waits is still sent. */
    close: (): void => {
      isClosed = true
    },
  }
}
