import * as limits from "@muster/event-store"
import { describe, expect, test } from "vitest"

describe("the limits fit together", () => {
  test("the server gives up on a lock before the statement, on the statement before the client, on the client before the deadline", () => {
    const order = [
      limits.LOCK_TIMEOUT_MILLIS,
      limits.STATEMENT_TIMEOUT_MILLIS,
      limits.ATTEMPT_TIMEOUT_MILLIS,
      limits.APPEND_DEADLINE_MILLIS,
    ]
    expect(order).toEqual([...new Set(order)].toSorted((a, b) => a - b))
    expect(limits.FENCE_TIMEOUT_MILLIS).toBeLessThan(limits.ATTEMPT_TIMEOUT_MILLIS)
    expect(limits.CONNECT_TIMEOUT_SECONDS * 1000).toBeLessThan(limits.ATTEMPT_TIMEOUT_MILLIS)
  })

  test("the largest event fits a request, the largest request a batch, many batches the queue", () => {
    expect(limits.EVENT_MAX_BYTES).toBeLessThanOrEqual(limits.BATCH_MAX_BYTES)
    expect(limits.BATCH_MAX_BYTES * 4).toBeLessThanOrEqual(limits.QUEUE_MAX_BYTES)
    expect(limits.BATCH_MAX_REQUESTS * 4).toBeLessThanOrEqual(limits.QUEUE_MAX_REQUESTS)
  })
})
