import { setTimeout as delay } from "node:timers/promises"

/** Long enough for a machine under load; tests never wait for it when things go well. */
const PATIENCE_MILLIS = 20_000
const LOOK_EVERY_MILLIS = 15

/** What `look` answers, as soon as it answers something. Fails with `what` when it never does. */
export const eventually = async <A>(
  what: string,
  look: () => A | undefined | false | Promise<A | undefined | false>,
): Promise<A> => {
  const giveUpAt = Date.now() + PATIENCE_MILLIS
  for (;;) {
    const found = await look()
    if (found !== undefined && found !== false) return found
    if (Date.now() > giveUpAt) throw new Error(`never happened: ${what}`)
    await delay(LOOK_EVERY_MILLIS)
  }
}
