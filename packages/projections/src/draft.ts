import type { FeedEvent } from "@muster/contracts"
import { asKnown, type KnownEvent, type RecordedEvent } from "@muster/domain"

/** What reducers fold: a recorded event, from the log or from a feed. */
export type Foldable = RecordedEvent | FeedEvent

/** The event in its newest shape; undefined for types that this version does not know. */
export const knownOf = (event: Foldable): KnownEvent | undefined => asKnown(event as RecordedEvent)

/** The id part of a stream's name: `task-<id>` → `<id>`. */
export const entityId = (stream: string): string => stream.slice(stream.indexOf("-") + 1)
