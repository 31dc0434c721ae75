import { changesBetween } from "#src/pages/team/replay/changes.ts"
import type { Change } from "#src/pages/team/replay/changes.ts"
import type { Frame } from "#src/pages/team/replay/tape.ts"

/** Everything that changed of one thing. */
export interface ChangedThing {
  readonly subject: string
  readonly taskId: string | undefined
  /** It was not there before. */
  readonly isNew: boolean
  readonly changes: ReadonlyArray<Change>
}

/** Changes by the thing they belong to, in the order in which the things were first named. */
export function byThing(changes: ReadonlyArray<Change>): ReadonlyArray<ChangedThing> {
  const groups = Map.groupBy(changes, (change) => change.taskId ?? change.subject)
  return [...groups.values()].flatMap((own) => {
    const [first] = own
    if (first === undefined) return []
    const { subject, taskId } = first
    return [{ subject, taskId, isNew: own.every((change) => change.from === undefined), changes: own }]
  })
}

/** What is different between two moments, told from the earlier to the later one, whichever is in sight. */
export function compare(one: Pick<Frame, "seq" | "view">, other: Pick<Frame, "seq" | "view">) {
  const [earlier, later] = one.seq <= other.seq ? [one, other] : [other, one]
  return { earlier: earlier.seq, later: later.seq, things: byThing(changesBetween(earlier.view, later.view)) }
}
