import { BATCH_MAX_REQUESTS, HALF_BATCH_MIN_REQUESTS } from "@muster/event-store"
import { openPostgresEventStore, type PostgresEventStore } from "@muster/event-store/postgres"
import { newEvents, newStream } from "@muster/event-store/testing"
import { comparePositions } from "@muster/domain"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { startLogServer, type LogServer } from "./log-server.ts"

let server: LogServer
let store: PostgresEventStore
beforeAll(async () => {
  server = await startLogServer()
  store = openPostgresEventStore({ url: server.appUrl })
})
afterAll(async () => {
  await store.close()
  await server.stop()
})

const requestsOf = (count: number) =>
  Array.from({ length: count }, () => ({ stream: newStream(), expectedRevision: 0, events: newEvents(1) }))

/** How many events each transaction has stored that began after a position, in the order of the log. */
const batchesAfter = async (position: string): Promise<number[]> => {
  const rows = await server.admin<{ count: number }[]>`
    SELECT count(*)::int AS count FROM es.events WHERE position > ${position} GROUP BY xmin ORDER BY min(position)`
  return rows.map((row) => row.count)
}

describe("the group committer", () => {
  test("stores the requests of one call in the order given, however many batches they take", async () => {
    const verdicts = await store.append(requestsOf(BATCH_MAX_REQUESTS * 3))
    const positions = verdicts.map((verdict) => (verdict.ok ? verdict.firstPosition : "refused"))
    expect(positions).toEqual(positions.toSorted(comparePositions))
    expect(positions).not.toContain("refused")
  })

  test("sends what is worth no second statement as one", async () => {
    const before = await store.head()
    await store.append(requestsOf(HALF_BATCH_MIN_REQUESTS))
    expect(await batchesAfter(before)).toEqual([HALF_BATCH_MIN_REQUESTS])
  })

  test("halves what waits under load, and the callers of one half go on while the other is stored", async () => {
    const callers = HALF_BATCH_MIN_REQUESTS * 4
    const turns = 8
    const before = await store.head()
    const call = async (): Promise<void> => {
      for (let turn = 0; turn < turns; turn += 1) {
        const [verdict] = await store.append(requestsOf(1))
        expect(verdict?.ok).toBe(true)
      }
    }
    await Promise.all(Array.from({ length: callers }, call))
    const batches = await batchesAfter(before)
    // In step, one half after the other: had they waited for each other, all would stand in every batch.
    expect(batches).toEqual(Array.from({ length: turns * 2 }, () => callers / 2))
  })
})
