import { START } from "@muster/domain"
import type { EventStore } from "@muster/event-store"
import type { OpenReadModels } from "@muster/read-models"
import { makeFold } from "@muster/read-models/testing"
import { feedHeadAfter, type Ownership } from "@muster/read-models/writer"

export interface Projecting {
  /** Read models stand still until `go`. */
  readonly hold: () => void
  readonly go: () => void
  readonly stop: () => Promise<void>
}

/** Follows the log into the read models, for tests of what reads them. */
export const startProjecting = async (log: EventStore, models: OpenReadModels): Promise<Projecting> => {
  const stopping = new AbortController()
  const first = await models.projection.own(stopping.signal)
  if (first === undefined) throw new Error("nobody else projects in this test")
  const generation = await log.generation()
  const owner = (await models.projection.reset(first, { position: START, generation, feedVersion: 1 })) as Ownership
  let gate = Promise.resolve()
  let open: () => void = () => undefined
  const fold = makeFold()
  const run = async () => {
    let from = START
    for await (const batch of log.subscribe({ after: START, signal: stopping.signal })) {
      await gate
      const rows = fold(batch)
      const to = batch.at(-1)?.position ?? from
      await models.projection.apply(owner, { ...rows, from, to })
      from = to
      models.projection.advanced(from, new Map(rows.feed.map((growth) => [growth.feed_id, feedHeadAfter(growth).seq])))
    }
  }
  const running = run()
  return {
    hold: () => {
      gate = new Promise((resolve) => (open = resolve))
    },
    go: () => open(),
    stop: async () => {
      stopping.abort()
      open()
      await running
      await owner.release()
    },
  }
}
