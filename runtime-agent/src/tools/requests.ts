import { pause } from "#src/pause.ts"

export interface Requests<A> {
  readonly open: (id: string) => void
  readonly isKnown: (id: string) => boolean
  /** Those that nobody answered yet. */
  readonly waiting: () => number
  /** True when the request was asked here. */
  readonly settle: (id: string, reply: A) => boolean
  /** The reply, or undefined when it has not come in this time. It is kept: whoever asks again gets it again. */
  readonly wait: (id: string, millis: number, signal: AbortSignal) => Promise<A | undefined>
}

/** Questions and requests for leave that a person answers in their own time. */
export const makeRequests = <A>(): Requests<A> => {
  const replies = new Map<string, A | undefined>()
  const bells = new Map<string, Set<() => void>>()
  return {
    open: (id) => void replies.set(id, undefined),
    isKnown: (id) => replies.has(id),
    waiting: () => [...replies.values()].filter((reply) => reply === undefined).length,
    settle: (id, reply) => {
      if (!replies.has(id)) return false
      replies.set(id, reply)
      for (const ring of bells.get(id) ?? []) ring()
      return true
    },
    wait: async (id, millis, signal) => {
      if (replies.get(id) !== undefined) return replies.get(id)
      const over = new AbortController()
      const ring = () => over.abort()
      const ringing = bells.get(id) ?? new Set()
      bells.set(id, ringing.add(ring))
      await pause(millis, AbortSignal.any([signal, over.signal]))
      ringing.delete(ring)
      return replies.get(id)
    },
  }
}
