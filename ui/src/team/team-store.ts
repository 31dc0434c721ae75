import type { FeedEvent, TeamView } from "@muster/contracts"
import { applyTeamEvent, emptyTeamView } from "@muster/projections"
import type { TeamViewDraft } from "@muster/projections"
import { batch, createSignal } from "solid-js"
import type { Accessor } from "solid-js"
import { createStore, produce, unwrap } from "solid-js/store"

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

type Documents<T> = { [id: string]: T }

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)

const adoptAll = <T>(draft: Documents<T>, next: Readonly<Documents<T>>): void => {
  for (const id of Object.keys(draft)) if (!(id in next)) delete draft[id]
  for (const [id, document] of Object.entries(next)) if (!isSame(draft[id], document)) draft[id] = document
}

/**
 * Makes the draft what a snapshot says. Documents that are the same stay the same objects, so that their rows stay; any other is another
 * object: who holds plain ones sees a change by that alone, as the reducer does it.
 */
const adopt = (draft: TeamViewDraft, next: TeamView): void => {
  const { team, members, tasks, schedules, closed, chat, position, seq } = next
  const said = new Map(draft.chat.map((message) => [message.id, message]))
  if (!isSame(draft.team, team)) draft.team = team
  adoptAll(draft.members, members)
  adoptAll(draft.tasks, tasks)
  adoptAll(draft.schedules, schedules)
  draft.closed = [...closed]
  draft.chat = chat.map((message) => {
    const known = said.get(message.id)
    return known !== undefined && isSame(known, message) ? known : message
  })
  Object.assign(draft, { position, seq })
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
        write((draft) => adopt(draft, next))
        setLoaded(true)
      }),
    apply: (events) =>
      write((draft) => {
        for (const event of events) applyTeamEvent(draft, event)
      }),
  }
}
