import type { ClosableStore, ContractWorld } from "#src/testing/engine.ts"
import { newEvent, newEvents, newStream } from "#src/testing/events.ts"
import { disorder, doubledIds, gaps, skippedIds } from "#src/testing/oracle.ts"
import { collectUntil, readToHead } from "#src/testing/readers.ts"
import { describe, expect, test } from "vitest"

const APPENDS_PER_CLIENT = 3000
/** So many that batches are halved and verdicts are told while the next half is on its way. */
const CALLERS_PER_CLIENT = 160
/** Connections are broken each time so many more appends were acknowledged. */
const APPENDS_BETWEEN_BREAKS = 400
const LOAD_TIMEOUT_MILLIS = 300_000

/** Connections that break under load. */
export const breakageContract = ({ engine, store }: ContractWorld): void => {
  describe("connections broken from the server's side under load", () => {
    test(
      "nothing acknowledged is lost, nothing is doubled, and a subscription goes on as if nothing were",
      async () => {
        const after = await store().head()
        const clients = [engine().open(), engine().open()]
        const shared = Array.from({ length: 3 }, () => newStream("shared"))
        const attempted = new Set<string>()
        const acknowledged = new Set<string>()
        let broken = 0
        let acknowledgedAppends = 0
        let breaking: Promise<void> = Promise.resolve()

        const breakAgain = async (before: Promise<void>): Promise<void> => {
          await before
          broken += await engine().breakConnections()
        }
        const appendOn = async (client: ClosableStore): Promise<void> => {
          let started = 0
          const caller = async (): Promise<void> => {
            while (started < APPENDS_PER_CLIENT) {
              const turn = started
              started += 1
              const events = newEvents(1)
              for (const { id } of events) attempted.add(id)
              // Appends without an expected revision are the hard ones: no conflict would show that they were stored twice.
              const anywhere = shared[turn % 6]
              const [verdict] = await client.append([
                anywhere === undefined
                  ? { stream: newStream(), expectedRevision: 0, events }
                  : { stream: anywhere, expectedRevision: "any", events },
              ])
              if (verdict?.ok !== true) throw new Error(`refused: ${verdict?.error.message ?? "no verdict"}`)
              for (const { id } of events) acknowledged.add(id)
              acknowledgedAppends += 1
              if (acknowledgedAppends % APPENDS_BETWEEN_BREAKS === 0) breaking = breakAgain(breaking)
            }
          }
          await Promise.all(Array.from({ length: CALLERS_PER_CLIENT }, caller))
        }

        try {
          // Nothing comes after the last event, so a reader that has it was given every chance to see the others.
          const lastEvent = newEvent()
          const tail = collectUntil(clients[0] ?? store(), after, (seen) => seen.at(-1)?.id === lastEvent.id)
          await Promise.all(clients.map(appendOn))
          await breaking
          expect(broken).toBeGreaterThan(0)
          expect(acknowledged).toEqual(attempted)
          await store().append([{ stream: newStream(), expectedRevision: 0, events: [lastEvent] }])

          const stored = await readToHead(store(), after)
          expect(skippedIds(acknowledged, stored)).toEqual([])
          expect(doubledIds(stored)).toEqual([])
          expect(stored).toHaveLength(attempted.size + 1)
          expect((engine().positionsAreContiguous ? gaps : disorder)(stored)).toEqual([])
          expect(await tail).toEqual(stored)
        } finally {
          await Promise.all(clients.map((client) => client.close()))
        }
      },
      LOAD_TIMEOUT_MILLIS,
    )
  })
}
