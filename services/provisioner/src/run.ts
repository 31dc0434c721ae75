import type { EventStore } from "@muster/event-store"
import type { ReadModels } from "@muster/read-models"
import { latch, pause } from "@muster/platform"
import type { Desired } from "#src/plan.ts"
import { stopDisobedient } from "#src/disobedient.ts"
import { type Foundations, reconcile, stopAll } from "#src/reconcile.ts"

/** Events that may change what should run here. */
const TELLING: ReadonlySet<string> = new Set([
  "MemberAdded",
  "MemberEdited",
  "MemberRemoved",
  "TeamArchived",
  "TeamRestored",
])

export interface RunningProvisioner {
  /** Ends all agents and everything else. */
  readonly stop: () => Promise<void>
}

const describe = (error: unknown): string => (error instanceof Error ? error.message : String(error))

export interface RunOptions extends Foundations {
  readonly store: Pick<EventStore, "head" | "subscribe">
  readonly readModels: Pick<ReadModels, "waitFor">
}

/** Rings when the log says something of interest, once the read models show it. */
const listen = async (options: RunOptions, ring: () => void, signal: AbortSignal): Promise<void> => {
  const { store, readModels, timings, log } = options
  while (!signal.aborted) {
    try {
      const after = await store.head()
      // At the start the read models may be behind what was stored before: they are looked at again when they are not.
      await readModels.waitFor(after, timings.readModelWaitMillis)
      ring()
      for await (const batch of store.subscribe({ after, signal })) {
        if (await stopDisobedient(options, batch)) ring()
        const last = batch.findLast(({ type }) => TELLING.has(type))
        if (last === undefined) continue
        await readModels.waitFor(last.position, timings.readModelWaitMillis)
        ring()
      }
    } catch (error) {
      if (signal.aborted) return
      log.warn({ reason: describe(error) }, "the log can not be followed; what changed is seen at the next resync")
      await pause(timings.restartFirstMillis, signal)
    }
  }
}

/** Starts the provisioner in the background. What it stands on may be away at any time. */
export const startProvisioner = (options: RunOptions): RunningProvisioner => {
  const { driver, claims, timings, log } = options
  const ending = new AbortController()
  const { signal } = ending
  const bell = latch()
  let isRung = true
  const ring = () => {
    isRung = true
    bell.ring()
  }
  const unsubscribe = driver.onExit(ring)

  /** Between two rounds only the claims are renewed; a round follows when they are other than before. */
  const renew = async (wanted: readonly Desired[]): Promise<void> => {
    try {
      if (await claims.beat(wanted.map(({ memberId }) => memberId))) ring()
    } catch (error) {
      log.warn({ reason: describe(error) }, "the claims on members could not be renewed; trying again")
    }
  }

  const keep = async (): Promise<void> => {
    let memories: Parameters<typeof reconcile>[1] = new Map()
    let wanted: readonly Desired[] = []
    let dueMillis = 0
    while (!signal.aborted) {
      if (isRung || performance.now() >= dueMillis) {
        isRung = false
        let waitMillis = timings.resyncMillis
        try {
          const round = await reconcile(options, memories)
          memories = round.memories
          wanted = round.wanted
          waitMillis = Math.min(waitMillis, round.nextInMillis ?? waitMillis)
        } catch (error) {
          log.warn({ reason: describe(error) }, "the instances could not be looked at; trying again")
          waitMillis = Math.min(waitMillis, timings.restartFirstMillis)
        }
        dueMillis = performance.now() + waitMillis
      } else await renew(wanted)
      const leftMillis = Math.max(0, dueMillis - performance.now())
      await bell.wait(signal, Math.min(leftMillis, timings.placeRenewMillis))
      await pause(timings.settleMillis, signal)
    }
  }
  const loops = [keep(), listen(options, ring, signal)]
  return {
    stop: async () => {
      ending.abort()
      unsubscribe()
      await Promise.all(loops)
      await stopAll(options)
      try {
        await claims.leave()
      } catch (error) {
        log.info({ reason: describe(error) }, "the claims on members could not be given up: they end by themselves")
      }
    },
  }
}
