export { eventStoreContract } from "#src/testing/contract.ts"
export type { ClosableStore, ContractEngine, WriterModule } from "#src/testing/engine.ts"
export { newEvent, newEvents, newStream } from "#src/testing/events.ts"
export { collectUntil, readToHead } from "#src/testing/readers.ts"
