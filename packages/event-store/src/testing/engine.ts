import type { EventStore } from "#src/port.ts"

/** A store that somebody has to close. */
export interface ClosableStore extends EventStore {
  close(): Promise<void>
}

/** What a module for `ContractEngine.writer` exports. */
export interface WriterModule {
  readonly openStore: (config: string) => ClosableStore
}

/** What the contract needs of an engine: one empty log and the ways to reach and to disturb it. */
export interface ContractEngine {
  /** One more client of the same log, as another process would open it. The contract closes it. */
  readonly open: () => ClosableStore
  /** How a process of its own opens the log: the URL of a module that is a `WriterModule`, and what to call it with. */
  readonly writer: { readonly moduleUrl: string; readonly config: string }
  /** Breaks the connections of all clients from the server's side, at once; says how many it broke. */
  readonly breakConnections: () => Promise<number>
  /** Whether positions count up by exactly one. */
  readonly positionsAreContiguous: boolean
  readonly stop: () => Promise<void>
}

/** What each part of the contract works with. Getters: the engine starts after the tests are declared. */
export interface ContractWorld {
  readonly engine: () => ContractEngine
  /** A client that all tests share. */
  readonly store: () => ClosableStore
}
