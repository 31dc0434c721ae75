// In the place of node:timers/promises.
import { setVirtualTimeout } from "../engine/globals.ts"

/** One for all: making a stack for each would cost more than the waiting. */
const aborted = new DOMException("the operation was aborted", "AbortError")

export const setTimeout = <A>(
  millis: number,
  value?: A,
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<A | undefined> =>
  new Promise((resolve, reject) => {
    const refuse = () => reject(aborted)
    if (signal?.aborted) return refuse()
    const onAbort = () => {
      timer.clear()
      refuse()
    }
    const timer = setVirtualTimeout(() => {
      signal?.removeEventListener("abort", onAbort)
      resolve(value)
    }, millis)
    signal?.addEventListener("abort", onAbort, { once: true })
  })
