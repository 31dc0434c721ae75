import type { TeamView } from "@muster/contracts"

/** A document is what the events up to its position made of it: of one history, the same thing at the same position is the same. */
interface Document {
  readonly position: string
}
type Documents<D> = Readonly<Record<string, D>>

const isSame = (one: Document | null | undefined, other: Document | null | undefined): boolean =>
  one !== null && one !== undefined && one.position === other?.position

function keepAll<D extends Document>(documents: Documents<D>, known: Documents<D>): Documents<D> {
  let kept: { [id: string]: D } | undefined
  for (const id of Object.keys(documents)) {
    const before = known[id]
    if (before === undefined || before === documents[id] || !isSame(before, documents[id])) continue
    kept ??= { ...documents }
    kept[id] = before
  }
  return kept ?? documents
}

/**
 * The view with the very objects that another moment of the same history has, wherever they say the same: what is drawn of them stays.
 * The given views are left as they were.
 */
export function keepDocuments(view: TeamView, known: TeamView): TeamView {
  if (view === known) return view
  const said = new Map(known.chat.map((message) => [message.id, message]))
  return {
    ...view,
    team: isSame(view.team, known.team) ? known.team : view.team,
    members: keepAll(view.members, known.members),
    tasks: keepAll(view.tasks, known.tasks),
    schedules: keepAll(view.schedules, known.schedules),
    // What was said never changes.
    chat: view.chat.map((message) => said.get(message.id) ?? message),
  }
}
