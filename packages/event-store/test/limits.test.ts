import { backoffMillis } from "#src/backoff.ts"
import * as limits from "@muster/event-store"
import * as fc from "fast-check"
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

describe("the backoff", () => {
  test("lies between half and all of a doubling, capped delay", () => {
    fc.assert(
      fc.property(fc.nat(5000), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (failures, random) => {
        const ceiling = Math.min(
          limits.RETRY_MAX_DELAY_MILLIS,
          limits.RETRY_FIRST_DELAY_MILLIS * 2 ** Math.min(failures, 30),
        )
        const delay = backoffMillis(failures, () => random)
        expect(delay).toBeGreaterThanOrEqual(ceiling / 2)
        expect(delay).toBeLessThanOrEqual(ceiling)
      }),
    )
  })
})
