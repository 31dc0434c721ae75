import type { FeedEvent, TeamView } from "@muster/contracts"
import type { Accessor } from "solid-js"
import { makeContext } from "#src/lib/context.ts"

/**
 * A team at a moment, live or replayed. Panes read this and nothing else, so that both show the same with the same
 * code; what can be done is handed to them from outside, and only the live pages have anything to hand.
 */
export interface TeamSource {
  readonly teamId: string
  readonly mode: "live" | "replay"
  /** Reads are tracked. */
  readonly view: TeamView
  /** The same as plain objects, tracked as a whole. */
  readonly raw: Accessor<TeamView>
  readonly isLoaded: Accessor<boolean>
  /** Epoch milliseconds of the moment that is shown: the clock, or the time of the event that replay stands at. */
  readonly now: Accessor<number>
  /** The events of one task up to the moment that is shown, oldest first. */
  readonly taskEvents: (taskId: string) => Promise<ReadonlyArray<FeedEvent>>
  /** Tells of events as they come. Replay has none to tell. */
  readonly onEvents: (listener: (events: ReadonlyArray<FeedEvent>) => void) => () => void
}

const context = makeContext("useTeamSource", (props: { readonly source: TeamSource }) => props.source)
export const TeamSourceProvider = context.Provider
export const useTeamSource = context.use
