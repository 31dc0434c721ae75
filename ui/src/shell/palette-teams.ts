import { createSignal } from "solid-js"
import type { Accessor } from "solid-js"
import type { PaletteEntity } from "#src/commands/registry.ts"
import { usePaletteEntities } from "#src/commands/context.ts"
import { signedIn } from "#src/session/session.ts"
import { pinnedTeams, recentTeams } from "#src/shell/teams-memory.ts"
import type { RememberedTeam } from "#src/shell/teams-memory.ts"

/** Reads the first page of teams, with the client, which the first load does without. */
async function readTeams(): Promise<ReadonlyArray<RememberedTeam>> {
  const { reads } = await import("#src/api/reads.ts")
  const { items } = await reads.listTeams({ query: {} })
  return items
}

export interface PaletteTeams {
  /** Reads the teams anew: when the palette is opened. */
  readonly refresh: () => void
  /** They could not be read the last time: what the palette finds are the teams this browser remembers. */
  readonly isIncomplete: Accessor<boolean>
}

/** Lets the palette find teams on every page: at once those this browser remembers, then all there are. */
export function usePaletteTeams(go: (path: string) => void): PaletteTeams {
  const [read, setRead] = createSignal<ReadonlyArray<RememberedTeam>>([])
  const [isIncomplete, setIncomplete] = createSignal(false)
  usePaletteEntities(() => {
    const byId = new Map([...read(), ...recentTeams(), ...pinnedTeams()].map((team) => [team.id, team]))
    return [...byId.values()].map((team): PaletteEntity => ({
      id: `team:${team.id}`,
      title: team.name,
      kind: "team",
      run: () => go(`/teams/${encodeURIComponent(team.id)}`),
    }))
  })
  const refresh = async () => {
    if (signedIn() === undefined) return
    try {
      setRead(await readTeams())
      setIncomplete(false)
    } catch {
      setIncomplete(true)
    }
  }
  return { refresh: () => void refresh(), isIncomplete }
}
