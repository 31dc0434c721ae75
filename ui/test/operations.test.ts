import { createEffect, createRoot } from "solid-js"
import { describe, expect, it } from "vitest"
import { OPERATIONS_KEPT } from "#src/limits.ts"
import { createOperations } from "#src/shell/operations/operations.ts"
import type { OperationResult } from "#src/shell/operations/operations.ts"

const center = () => createOperations(() => 1_000)
const newest = (operations: ReturnType<typeof center>) => {
  const [first] = operations.all()
  if (first === undefined) throw new RangeError("no operation")
  return first
}
/** Work that ends when the test says so. */
function pending() {
  const { promise, resolve, reject } = Promise.withResolvers<OperationResult | void>()
  return { run: () => promise, resolve, reject }
}

describe("the operation centre", () => {
  it("shows what runs, how far it is, and what came of it", async () => {
    const operations = center()
    const { promise, resolve } = Promise.withResolvers<OperationResult>()
    const { ended } = operations.start({
      title: "Cancel 3 tasks",
      total: 3,
      run: (_, report) => {
        report({ done: 2, note: "T-7" })
        return promise
      },
    })
    expect(newest(operations)).toMatchObject({ state: "running", done: 2, total: 3, note: "T-7" })
    expect(operations.running()).toBe(1)
    resolve({ summary: "3 of 3 done", href: "/teams" })
    expect(await ended).toBe("done")
    expect(newest(operations)).toMatchObject({ state: "done", summary: "3 of 3 done", href: "/teams" })
    expect(newest(operations).note).toBe(undefined)
    expect(operations.running()).toBe(0)
  })

  it("tells whoever watches of every step", async () => {
    const operations = center()
    const seen: Array<number> = []
    const dispose = createRoot((end) => {
      createEffect(() => seen.push(operations.running()))
      return end
    })
    const work = pending()
    const { ended } = operations.start({ title: "x", run: work.run })
    work.resolve()
    await ended
    dispose()
    expect(seen).toEqual([0, 1, 0])
  })

  it("aborts what is cancelled, and counts nothing that it says afterwards", async () => {
    const operations = center()
    const { ended, cancel } = operations.start({
      title: "Upload",
      run: (signal, report) =>
        new Promise((_, reject) => {
          signal.addEventListener("abort", () => {
            report({ done: 99 })
            reject(new Error("aborted"))
          })
        }),
    })
    cancel()
    expect(newest(operations).state).toBe("cancelling")
    expect(await ended).toBe("cancelled")
    expect(newest(operations)).toMatchObject({ state: "cancelled", done: 0, summary: undefined })
    expect(operations.unreadFailures()).toBe(0)
  })

  it("keeps failures until they were read, however many operations come after", async () => {
    const operations = center()
    const failures = [{ what: "T-1", reason: "it has ended" }]
    await operations.start({ title: "partly", run: () => Promise.resolve({ failures }) }).ended
    await operations.start({ title: "wholly", run: () => Promise.resolve({ failures, isNothingDone: true }) }).ended
    for (let n = 0; n <= OPERATIONS_KEPT; n += 1)
      // One after the other, as a person starts them.
      // eslint-disable-next-line no-await-in-loop
      await operations.start({ title: `later ${n}`, run: () => Promise.resolve() }).ended
    const states = () => operations.all().map(({ state }) => state)
    expect(operations.all()).toHaveLength(OPERATIONS_KEPT + 2)
    expect(states().slice(-2)).toEqual(["failed", "partly"])
    expect(operations.unreadFailures()).toBe(2)
    operations.markRead()
    expect(operations.unreadFailures()).toBe(0)
    await operations.start({ title: "one more", run: () => Promise.resolve() }).ended
    expect(operations.all()).toHaveLength(OPERATIONS_KEPT)
    expect(states()).not.toContain("failed")
  })

  it("ends as failed with the words of what was thrown, and never rejects", async () => {
    const operations = center()
    const { ended } = operations.start({ title: "x", run: () => Promise.reject(new TypeError("no such thing")) })
    expect(await ended).toBe("failed")
    expect(newest(operations).summary).toBe("TypeError: no such thing")
  })

  it("takes ended ones off the list, never those that run", async () => {
    const operations = center()
    const work = pending()
    const runs = operations.start({ title: "runs", run: work.run })
    const { ended, id } = operations.start({ title: "ends", run: () => Promise.resolve() })
    await ended
    operations.dismiss(runs.id)
    operations.dismiss(id)
    expect(operations.all().map(({ title }) => title)).toEqual(["runs"])
    operations.clearEnded()
    expect(operations.all()).toHaveLength(1)
    work.resolve()
    await runs.ended
    operations.clearEnded()
    expect(operations.all()).toEqual([])
  })
})
