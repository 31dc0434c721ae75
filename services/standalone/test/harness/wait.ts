import { setTimeout as delay } from "node:timers/promises"
import { NotInTime } from "./errors.ts"
import { LOOK_AGAIN_MILLIS } from "./limits.ts"

/**
 * Looks until `look` gives something, and returns it. Rejections of `look` pass through. Fails with NotInTime, which says `what` was
 * awaited and what `seen` knows of it.
 */
export const waitFor = async <A>(
  what: string,
  look: () => Promise<A | undefined> | A | undefined,
  timeoutMillis: number,
  seen: () => unknown = () => undefined,
): Promise<A> => {
  const deadline = performance.now() + timeoutMillis
  for (;;) {
    const found = await look()
    if (found !== undefined) return found
    if (performance.now() >= deadline) {
      const known = seen()
      throw new NotInTime({
        message: `${what}: not within ${timeoutMillis} ms${known === undefined ? "" : `; seen: ${JSON.stringify(known)}`}`,
      })
    }
    await delay(LOOK_AGAIN_MILLIS)
  }
}
