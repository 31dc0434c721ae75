import { createRoot, onCleanup } from "solid-js"
import { createLiveTeam } from "#src/team/live-team.ts"
import type { LiveTeam } from "#src/team/live-team.ts"

interface Held {
  readonly team: LiveTeam
  readonly dispose: () => void
  holders: number
}

/** Makes a pool: whoever wants the same team at the same time shares one stream and one store of it. */
export function createTeamPool(open: (teamId: string) => LiveTeam) {
  const held = new Map<string, Held>()
  return (teamId: string): LiveTeam => {
    const entry = held.get(teamId) ?? createRoot((dispose): Held => ({ team: open(teamId), dispose, holders: 0 }), null)
    held.set(teamId, entry)
    entry.holders += 1
    onCleanup(() => {
      entry.holders -= 1
      if (entry.holders > 0) return
      held.delete(teamId)
      entry.dispose()
    })
    return entry.team
  }
}

/** Follows a team for as long as the calling owner lives; the page of a team and the dock share what they follow. */
export const holdLiveTeam = createTeamPool((teamId) => createLiveTeam(teamId))
