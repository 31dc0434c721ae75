import { follow } from "#src/catch-up.ts"
import { ProjectionFenced } from "#src/errors.ts"
import { BUILD_ROUNDS, RETRY_FIRST_DELAY_MILLIS, RETRY_MAX_DELAY_MILLIS, SWAP_ATTEMPTS } from "#src/limits.ts"
import type { ProjectorLog } from "#src/log.ts"
import { makeStepper } from "#src/step.ts"
import { FEED_VERSION } from "@muster/contracts"
import { START } from "@muster/domain"
import type { EventStore } from "@muster/event-store"
import { backoffMillis, pause } from "@muster/platform"
import { DatabaseFault } from "@muster/read-models"
import type { Ownership, ProjectionOwner, ProjectionStore } from "@muster/read-models/writer"

export interface BuildOptions {
  readonly events: EventStore
  readonly store: ProjectionStore
  readonly owner: Ownership
  /** Of the log. */
  readonly generation: string
  readonly log: ProjectorLog
  readonly signal: AbortSignal
  readonly pageEvents: number
}

const backoff = { firstMillis: RETRY_FIRST_DELAY_MILLIS, maxMillis: RETRY_MAX_DELAY_MILLIS }

const owned = <A>(owner: Ownership, answer: A | undefined): A => {
  if (answer === undefined || answer === false) throw new ProjectionFenced({ epoch: owner.epoch })
  return answer
}

/** Readers that keep the tables are waited for a little while, again and again: whoever comes after them must not wait for long. */
const swap = async ({ store, signal }: BuildOptions, next: ProjectionOwner, position: ProjectionOwner["position"]) => {
  for (let failures = 0; ; failures += 1) {
    try {
      return owned(next, await store.build.swap(next, position))
    } catch (error) {
      const isBusy = error instanceof DatabaseFault && error.kind === "busy"
      if (!isBusy || failures + 1 >= SWAP_ATTEMPTS || signal.aborted) throw error
    }
    await pause(backoffMillis(backoff, failures), signal)
  }
}

/**
 * Fills new tables from the log's first event on, beside those in use, and puts them in their place when they are as far as the log.
 * Answers with the ownership of what is in use then; undefined when the signal aborted first, and everything is as it was. Rejects with
 * `ProjectionFenced` or a `DatabaseFault`.
 */
export const buildAnew = async (options: BuildOptions): Promise<ProjectionOwner | undefined> => {
  const { events, store, owner, generation, log, signal, pageEvents } = options
  const next = owned(owner, await store.build.begin(owner, { position: START, generation, feedVersion: FEED_VERSION }))
  const stepper = makeStepper({ store, owner: next, log, from: START })
  const catchUp = async () => {
    await follow({ events, stepper, signal, pageEvents, onStepped: () => undefined, upTo: await events.head() })
  }
  for (let round = 0; round < BUILD_ROUNDS; round += 1) await catchUp()
  if (signal.aborted) return undefined
  owned(owner, await store.build.index(next))
  // What came while the indexes were made.
  await catchUp()
  return signal.aborted ? undefined : swap(options, next, stepper.position())
}
