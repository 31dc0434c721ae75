import { createPreference } from "#src/lib/preferences.ts"
import { RECENT_TEAMS } from "#src/limits.ts"

/** A team as the rail remembers it between visits. The name is the last one seen. */
export interface RememberedTeam {
  readonly id: string
  readonly name: string
}

const asTeams = (stored: unknown): ReadonlyArray<RememberedTeam> | undefined =>
  Array.isArray(stored) && stored.every(isTeam) ? stored : undefined

const isTeam = (item: unknown): item is RememberedTeam =>
  typeof item === "object" &&
  item !== null &&
  "id" in item &&
  typeof item.id === "string" &&
  "name" in item &&
  typeof item.name === "string"

const pinned = createPreference<ReadonlyArray<RememberedTeam>>("teams.pinned", [], asTeams)
const recent = createPreference<ReadonlyArray<RememberedTeam>>("teams.recent", [], asTeams)

export const pinnedTeams = pinned.value

/** Teams opened last, newest first, without the pinned ones. */
export const recentTeams = (): ReadonlyArray<RememberedTeam> =>
  recent.value().filter((team) => !pinned.value().some((other) => other.id === team.id))

export const isPinned = (id: string): boolean => pinned.value().some((team) => team.id === id)

/** Notes that a team was opened; a pinned one takes its newest name. */
export function rememberTeam(team: RememberedTeam): void {
  recent.set(withNewest(recent.value(), team).slice(0, RECENT_TEAMS))
  if (isPinned(team.id)) pinned.set(pinned.value().map((other) => (other.id === team.id ? team : other)))
}

export function togglePin(team: RememberedTeam): void {
  pinned.set(isPinned(team.id) ? pinned.value().filter((other) => other.id !== team.id) : [...pinned.value(), team])
}

/** Takes a team that no longer exists out of both lists. */
export function forgetTeam(id: string): void {
  recent.set(recent.value().filter((team) => team.id !== id))
  pinned.set(pinned.value().filter((team) => team.id !== id))
}

/** The list with a team moved to its head. */
export function withNewest(teams: ReadonlyArray<RememberedTeam>, team: RememberedTeam): ReadonlyArray<RememberedTeam> {
  return [team, ...teams.filter((other) => other.id !== team.id)]
}
