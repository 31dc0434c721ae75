import type { ClosableStore, ContractEngine, ContractWorld } from "#src/testing/engine.ts"
import { appendContract } from "#src/testing/contract-append.ts"
import { breakageContract } from "#src/testing/contract-breakage.ts"
import { concurrencyContract } from "#src/testing/contract-concurrency.ts"
import { readContract } from "#src/testing/contract-read.ts"
import { refusalContract } from "#src/testing/contract-refusal.ts"
import { subscriptionContract } from "#src/testing/contract-subscription.ts"
import { afterAll, beforeAll, describe } from "vitest"

/** Time for an engine to start and to end. */
const ENGINE_TIMEOUT_MILLIS = 60_000

/**
 * The promises of the log as a vitest suite: every engine passes it. All tests share one log and use streams of their own.
 */
export const eventStoreContract = (name: string, makeEngine: () => Promise<ContractEngine>): void => {
  describe(`event store contract: ${name}`, () => {
    let engine: ContractEngine | undefined
    let store: ClosableStore | undefined
    const started = <A>(value: A | undefined): A => {
      if (value === undefined) throw new Error("the engine is not started")
      return value
    }
    beforeAll(async () => {
      engine = await makeEngine()
      store = engine.open()
    }, ENGINE_TIMEOUT_MILLIS)
    afterAll(async () => {
      await store?.close()
      await engine?.stop()
    }, ENGINE_TIMEOUT_MILLIS)

    const world: ContractWorld = { engine: () => started(engine), store: () => started(store) }
    appendContract(world)
    refusalContract(world)
    readContract(world)
    subscriptionContract(world)
    concurrencyContract(world)
    breakageContract(world)
  })
}
