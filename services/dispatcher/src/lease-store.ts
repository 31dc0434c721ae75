import { LogUnavailable, type EventStore } from "@muster/event-store"

/**
 * The log as somebody under a lease uses it: nothing is sent once the lease may have ended. What was sent before is fenced by the
 * revision it was decided at.
 */
export const storeOf = (store: EventStore, isCurrent: () => boolean): EventStore => ({
  append: async (requests) =>
    isCurrent()
      ? store.append(requests)
      : requests.map(() => ({ ok: false, error: new LogUnavailable({ cause: "the lease has ended" }) })),
  readStream: (stream, options) => store.readStream(stream, options),
  readStreams: (streams) => store.readStreams(streams),
  readAll: (options) => store.readAll(options),
  subscribe: (options) => store.subscribe(options),
  head: () => store.head(),
  generation: () => store.generation(),
})
