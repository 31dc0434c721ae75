import { setTimeout as delay } from "node:timers/promises"

/** Long enough for a machine under load: only a bound against hanging, below the time that any test has. */
const PATIENCE_MILLIS = 20_000
const LOOK_EVERY_MILLIS = 10

/** What `look` gives, as soon as it gives something other than undefined or false. Fails with `what` when it never does. */
export const eventually = async <A>(
  what: string,
  look: () => A | undefined | false | Promise<A | undefined | false>,
  patienceMillis = PATIENCE_MILLIS,
): Promise<A> => {
  const deadline = performance.now() + patienceMillis
  for (;;) {
    const found = await look()
    if (found !== undefined && found !== false) return found
    if (performance.now() > deadline) throw new Error(`did not happen: ${what}`)
    await delay(LOOK_EVERY_MILLIS)
  }
}
