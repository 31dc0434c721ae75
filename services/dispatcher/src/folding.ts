import type { RecordedEvent } from "@muster/domain"
import type { BusLog } from "@muster/team-bus"
import { counters } from "#src/metrics.ts"
import type { Reaction } from "#src/model/reactions.ts"
import type { World } from "#src/model/world.ts"

/** How events get into a world. Neither throws: a stream that this version cannot fold must not stop the others. */
export interface Folding {
  readonly fold: (events: readonly RecordedEvent[]) => readonly Reaction[]
  /** The whole stream of a task. */
  readonly adopt: (events: readonly RecordedEvent[]) => readonly Reaction[]
}

export const foldingInto = (world: World, log: BusLog): Folding => {
  const broken = (stream: string, error: unknown) => {
    counters.brokenStreams.inc()
    log.error({ stream, reason: error instanceof Error ? error.message : "unknown" }, "a stream cannot be folded")
    if (stream.startsWith("task-")) world.forgetTask(stream.slice("task-".length))
  }
  return {
    fold: (events) =>
      events.flatMap((event) => {
        try {
          return world.absorb(event)
        } catch (error) {
          broken(event.stream, error)
          return []
        }
      }),
    adopt: (events) => {
      try {
        return world.adoptTask(events)
      } catch (error) {
        broken(events[0]?.stream ?? "", error)
        return []
      }
    },
  }
}
