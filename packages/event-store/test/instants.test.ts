import { instantOf } from "#src/postgres/instants.ts"
import { startTestPostgres, type TestPostgres } from "@muster/platform/testing"
import * as fc from "fast-check"
import postgres from "postgres"
import { afterAll, beforeAll, describe, expect, test } from "vitest"

let server: TestPostgres
beforeAll(async () => {
  server = await startTestPostgres()
})
afterAll(() => server.stop())

/** Microseconds since 1970, from then to the end of 2199. */
const micros = fc.bigInt({ min: 0n, max: 7_258_118_399_999_999n })

describe("an instant of the log", () => {
  test.each(["UTC", "Asia/Kolkata", "America/St_Johns", "Etc/GMT+12"])(
    "reads as the server itself would write it in RFC 3339 with milliseconds, also in a session in %s",
    async (zone) => {
      const sql = postgres(server.appUrl, { max: 1, onnotice: () => undefined, connection: { TimeZone: zone } })
      try {
        await fc.assert(
          fc.asyncProperty(fc.array(micros, { minLength: 1, maxLength: 200 }), async (instants) => {
            const rows = await sql<{ text: string; wanted: string }[]>`
              SELECT at::text AS text, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS wanted
              FROM unnest(${instants.map(String)}::bigint[]) AS m(micros),
                   LATERAL (SELECT timestamptz 'epoch' + m.micros / 1000000 * interval '1 s' + m.micros % 1000000 * interval '1 us' AS at) t`
            expect(rows.map((row) => instantOf(row.text))).toEqual(rows.map((row) => row.wanted))
          }),
          { numRuns: 30, examples: [[[0n, 1n, 999n, 1_000n, 999_999n, 1_000_000n, 100_000n, 10_000n]]] },
        )
      } finally {
        await sql.end()
      }
    },
  )
})
