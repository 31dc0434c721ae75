import type { ConversationId } from "@muster/domain"

/** Lets the turns of one conversation follow each other, however many slots there are: a later one goes on where the one before ended. */
export interface Conversations {
  /**
   * Resolves when no other turn of the conversation runs, or when the signal fires; with how to leave, to be called in either case. A task
   * that stands alone waits for nobody.
   */
  readonly enter: (id: ConversationId | undefined, signal: AbortSignal) => Promise<() => void>
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener("abort", () => resolve(), { once: true })
  })

export const makeConversations = (): Conversations => {
  /** Fulfilled when the newest turn and all before it have left. */
  const ends = new Map<ConversationId, Promise<void>>()
  return {
    enter: async (id, signal) => {
      if (id === undefined) return () => undefined
      const before = ends.get(id)
      const turn = Promise.withResolvers<void>()
      const end = async (): Promise<void> => {
        // Who gives up waiting must not let the next one pass by whoever is still at work.
        await before
        await turn.promise
        if (ends.get(id) === ended) ends.delete(id)
      }
      const ended = end()
      ends.set(id, ended)
      if (before !== undefined) await Promise.race([before, aborted(signal)])
      return turn.resolve
    },
  }
}
