import type { ContractWorld } from "#src/testing/engine.ts"
import { newEvents, newStream } from "#src/testing/events.ts"
import { collectUntil, readToHead } from "#src/testing/readers.ts"
import type { RecordedEvent } from "@muster/domain"
import { describe, expect, test } from "vitest"

const idsOf = (events: readonly { readonly id: string }[]): string[] => events.map((event) => event.id)

/** Catch-up, live, restart, end. */
export const subscriptionContract = ({ engine, store }: ContractWorld): void => {
  const appendOne = async (count = 1): Promise<string[]> => {
    const events = newEvents(count)
    const [verdict] = await store().append([{ stream: newStream(), expectedRevision: 0, events }])
    expect(verdict?.ok).toBe(true)
    return idsOf(events)
  }

  describe("a subscription", () => {
    test("gives first what is stored, then what comes, with nothing lost or doubled between", async () => {
      const after = await store().head()
      const ids = await appendOne(25)
      let live: Promise<void> | undefined
      const appendLive = async () => {
        for (let turn = 0; turn < 10; turn += 1) ids.push(...(await appendOne(2)))
      }
      const events = await collectUntil(store(), after, (seen) => seen.length >= 45, {
        batchSize: 10,
        onBatch: () => {
          live ??= appendLive()
        },
      })
      await live
      expect(idsOf(events)).toEqual(ids)
    })

    test("never gives an empty batch nor one above its size", async () => {
      const after = await store().head()
      await appendOne(25)
      const sizes: number[] = []
      await collectUntil(store(), after, (seen) => seen.length >= 25, {
        batchSize: 10,
        onBatch: (batch) => sizes.push(batch.length),
      })
      expect(sizes).toEqual([10, 10, 5])
    })

    test("goes on after a restart from the position of the last event seen", async () => {
      const after = await store().head()
      const ids = await appendOne(9)
      const first = await collectUntil(store(), after, (seen) => seen.length >= 4, { batchSize: 4 })
      const resumed = await collectUntil(store(), first.at(-1)?.position ?? after, (seen) => seen.length >= 5)
      expect(idsOf([...first, ...resumed])).toEqual(ids)
    })

    test("sees what another client of the same log appends while it waits", async () => {
      const other = engine().open()
      try {
        const after = await store().head()
        const ids: string[] = []
        let firstSeen: () => void = () => undefined
        const first = new Promise<void>((resolve) => (firstSeen = resolve))
        const collected = collectUntil(other, after, (seen) => seen.length >= 2, { onBatch: () => firstSeen() })
        ids.push(...(await appendOne()))
        await first
        ids.push(...(await appendOne()))
        expect(idsOf(await collected)).toEqual(ids)
      } finally {
        await other.close()
      }
    })

    test("serves many readers the same events", async () => {
      const after = await store().head()
      const readers = Array.from({ length: 5 }, () => collectUntil(store(), after, (seen) => seen.length >= 12))
      const ids = [...(await appendOne(6)), ...(await appendOne(6))]
      for (const events of await Promise.all(readers)) expect(idsOf(events)).toEqual(ids)
    })

    test("ends by its signal without an error: before it began, while it waits, and between two batches", async () => {
      const drain = async (signal: AbortSignal, onBatch: () => void): Promise<RecordedEvent[]> => {
        const seen: RecordedEvent[] = []
        for await (const batch of store().subscribe({ after: from, batchSize: 1, signal })) {
          seen.push(...batch)
          onBatch()
        }
        return seen
      }
      const from = await store().head()
      await appendOne(3)
      expect(await drain(AbortSignal.abort(), () => undefined)).toEqual([])

      const between = new AbortController()
      expect(await drain(between.signal, () => between.abort())).toHaveLength(1)

      const waiting = new AbortController()
      let batches = 0
      const waited = await drain(waiting.signal, () => {
        batches += 1
        // The third is the last: the loop asks for a fourth, which only the abort can answer.
        if (batches === 3) setImmediate(() => waiting.abort())
      })
      expect(idsOf(waited)).toEqual(idsOf(await readToHead(store(), from)))
    })
  })
}
