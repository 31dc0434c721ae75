import { setTimeout as delay } from "node:timers/promises"

const LOOK_MILLIS = 20
/** Only a bound against hanging: no test is about how long something takes unless it says so. */
export const PATIENCE_MILLIS = 15_000

/** Looks until there is a value. Fails with what was expected. */
export const eventually = async <A>(
  what: string,
  look: () => A | undefined | false | Promise<A | undefined | false>,
  patienceMillis = PATIENCE_MILLIS,
): Promise<A> => {
  const deadline = performance.now() + patienceMillis
  for (;;) {
    const value = await look()
    if (value !== undefined && value !== false) return value
    if (performance.now() > deadline) throw new Error(`did not happen: ${what}`)
    await delay(LOOK_MILLIS)
  }
}
