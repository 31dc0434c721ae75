import { openPostgresEventStore } from "@muster/event-store/postgres"
import { collectUntil, newEvents, newStream } from "@muster/event-store/testing"
import postgres from "postgres"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { startLogServer, type LogServer } from "./log-server.ts"

let server: LogServer
let elsewhere: postgres.Sql
beforeAll(async () => {
  server = await startLogServer()
  const other = new URL(server.adminUrl)
  other.pathname = "/postgres"
  elsewhere = postgres(other.href, { max: 1, onnotice: () => undefined })
})
afterAll(async () => {
  await elsewhere.end()
  await server.stop()
})

/** Appends at each signal that the one before was seen, so many times; gives what the reader has seen. */
const followWhile = async (
  turns: number,
): Promise<{ readonly appended: readonly string[]; readonly seen: readonly string[] }> => {
  const [writer, reader] = [
    openPostgresEventStore({ url: server.appUrl }),
    openPostgresEventStore({ url: server.appUrl }),
  ]
  try {
    const after = await writer.head()
    const appended: string[] = []
    let appending: Promise<unknown> = Promise.resolve()
    const appendNext = async (): Promise<void> => {
      const events = newEvents(1)
      appended.push(...events.map((event) => event.id))
      await writer.append([{ stream: newStream(), expectedRevision: 0, events }])
    }
    const reading = collectUntil(reader, after, (events) => events.length >= turns, {
      onBatch: () => {
        if (appended.length < turns) appending = appendNext()
      },
    })
    await appendNext()
    const seen = (await reading).map((event) => event.id)
    await appending
    return { appended, seen }
  } finally {
    await Promise.all([writer.close(), reader.close()])
  }
}

/** What a reader would see that waits for all transactions of the server to end (those below the oldest one that is open). */
const seenByOldestOpen = async (ids: readonly string[]): Promise<number> => {
  const [row] = await server.admin<{ count: number }[]>`
    SELECT count(*)::int AS count FROM es.events
    WHERE id = ANY(${[...ids]}::uuid[]) AND xmin::text::bigint < pg_snapshot_xmin(pg_current_snapshot())::text::bigint`
  return row?.count ?? 0
}

const TURNS = 20

describe("readers of the log go on", () => {
  test("while a transaction that has written stays open in another database, which would freeze a reader that waits for it", async () => {
    await elsewhere`CREATE TABLE idle (id int)`
    await elsewhere.begin(async (idle) => {
      await idle`INSERT INTO idle VALUES (1)`
      const { appended, seen } = await followWhile(TURNS)
      expect(seen).toEqual(appended)
      expect(await seenByOldestOpen(appended)).toBe(0)
    })
  })

  test("while a snapshot of the log stays open, which goes on to see the log as it was", async () => {
    const count = async (sql: postgres.ISql): Promise<number> => {
      const [row] = await sql<{ count: number }[]>`SELECT count(*)::int AS count FROM es.events`
      return row?.count ?? -1
    }
    await server.admin.begin("ISOLATION LEVEL REPEATABLE READ", async (snapshot) => {
      const before = await count(snapshot)
      const { appended, seen } = await followWhile(TURNS)
      expect(seen).toEqual(appended)
      expect(await count(snapshot)).toBe(before)
      expect(await count(server.admin)).toBe(before + TURNS)
    })
  })
})
