import type { FeedEvent, TeamView } from "@muster/contracts"
import { applyTeamEvent, emptyTeamView } from "@muster/projections"
import type { TeamViewDraft } from "@muster/projections"
import { batch, createSignal } from "solid-js"
import type { Accessor } from "solid-js"
import { createStore, produce, reconcile, unwrap } from "solid-js/store"

export interface TeamStore {
  /** Reads are tracked to the field. */
  readonly view: TeamView
  /** The same as plain objects, for work over many tasks: tracked as a whole, once per write. */
  readonly raw: Accessor<TeamView>
  readonly isLoaded: Accessor<boolean>
  /** The team is this now, whatever it was. */
  readonly reset: (view: TeamView) => void
  /** Folds what came after it with the reducer that the server uses. */
  readonly apply: (events: ReadonlyArray<FeedEvent>) => void
}

/** What is known of one team. Only `write` below changes it. */
export function createTeamStore(): TeamStore {
  const [view, setView] = createStore<TeamViewDraft>(emptyTeamView())
  const [version, setVersion] = createSignal(0)
  const [isLoaded, setLoaded] = createSignal(false)

  const write = (change: (draft: TeamViewDraft) => void): void =>
    batch(() => {
      setView(produce(change))
      setVersion((before) => before + 1)
    })

  return {
    view,
    raw: () => {
      version()
      return unwrap(view)
    },
    isLoaded,
    reset: (next) =>
      batch(() => {
        // A snapshot comes rarely and replaces most of it; comparing it keeps rows that did not change in place.
        setView(reconcile(next as TeamViewDraft))
        setVersion((before) => before + 1)
        setLoaded(true)
      }),
    apply: (events) =>
      write((draft) => {
        for (const event of events) applyTeamEvent(draft, event)
      }),
  }
}
