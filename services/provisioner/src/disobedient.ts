import type { RecordedEvent } from "@muster/domain"
import type { Foundations } from "#src/reconcile.ts"

const idOf = (stream: string) => stream.slice("member-".length)

/**
 * Kills the instances of agents that did not obey a kill switch: they were asked, and had their time. The next look starts them
 * anew, and an agent that starts ends whatever its last life left running. Answers whether there was one.
 */
export const stopDisobedient = async (
  { driver, log }: Pick<Foundations, "driver" | "log">,
  events: readonly RecordedEvent[],
): Promise<boolean> => {
  const ordered = new Set(events.filter(({ type }) => type === "MemberStopOrdered").map(({ stream }) => idOf(stream)))
  if (ordered.size === 0) return false
  const here = (await driver.list()).filter(({ id, state }) => ordered.has(id) && state === "running")
  await Promise.all(
    here.map(async ({ id }) => {
      log.warn({ instance: id }, "an agent did not obey the kill switch and is killed")
      try {
        await driver.stop(id, { graceMillis: 0 })
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error)
        log.error({ instance: id, reason }, "a disobedient agent could not be killed")
      }
    }),
  )
  return here.length > 0
}
