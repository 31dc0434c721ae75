import type { NeedItem, NeedKind, NeedShow } from "@muster/contracts"
import { needKinds } from "@muster/contracts"

/** How the rows stand together. */
export const GROUPINGS = ["kind", "team"] as const
export type Grouping = (typeof GROUPINGS)[number]

/** What an address says, where it says nothing that is known: the first. */
export const groupingOf = (text: string | undefined): Grouping => GROUPINGS.find((each) => each === text) ?? "kind"

const SHOWS: ReadonlyArray<NeedShow> = ["open", "snoozed", "done"]
export const showOf = (text: string | undefined): NeedShow => SHOWS.find((each) => each === text) ?? "open"

export interface NeedGroup {
  /** A kind, or the id of a team. */
  readonly key: string
  readonly kind: NeedKind | undefined
  /** Of the team, for groups of teams. */
  readonly name: string
  readonly items: ReadonlyArray<NeedItem>
}

/** The rows in groups: kinds in the order of the list, teams by name. Rows keep their order within a group. */
export function groupNeeds(items: ReadonlyArray<NeedItem>, by: Grouping): ReadonlyArray<NeedGroup> {
  if (by === "kind")
    return needKinds.flatMap((kind) => {
      const own = items.filter((item) => item.kind === kind)
      return own.length === 0 ? [] : [{ key: kind, kind, name: "", items: own }]
    })
  const teams = new Map<string, { readonly name: string; readonly items: Array<NeedItem> }>()
  for (const item of items) {
    const team = teams.get(item.teamId) ?? { name: item.teamName, items: [] }
    team.items.push(item)
    teams.set(item.teamId, team)
  }
  return [...teams]
    .map(([key, team]): NeedGroup => ({ key, kind: undefined, ...team }))
    .toSorted((a, b) => a.name.localeCompare(b.name) || a.key.localeCompare(b.key))
}

/** All rows in the order in which they are drawn: what J and K go through. */
export const drawnOrder = (groups: ReadonlyArray<NeedGroup>): ReadonlyArray<string> =>
  groups.flatMap((group) => group.items.map((item) => item.id))

/** The row a step away, or the first one when none is chosen; at the ends it stays. */
export function rowAfter(order: ReadonlyArray<string>, chosen: string | undefined, step: 1 | -1): string | undefined {
  const index = chosen === undefined ? -1 : order.indexOf(chosen)
  if (index === -1) return order[0]
  return order[Math.min(Math.max(index + step, 0), order.length - 1)]
}

/** The row that takes the place of one that leaves: the next, else the one before. */
export function rowInstead(order: ReadonlyArray<string>, leaving: string): string | undefined {
  const index = order.indexOf(leaving)
  return index === -1 ? undefined : (order[index + 1] ?? order[index - 1])
}
