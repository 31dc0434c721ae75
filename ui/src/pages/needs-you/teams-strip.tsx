import { A } from "@solidjs/router"
import type { TeamDoc } from "@muster/contracts"
import { For, Show, createSignal, onCleanup, onMount } from "solid-js"
import { reads } from "#src/api/reads.ts"
import { t, tn } from "#src/i18n/index.ts"
import { NEEDS_TEAMS_SHOWN } from "#src/limits.ts"
import { numbersOf } from "#src/pages/teams/team-numbers.ts"
import type { TeamNumbers } from "#src/pages/teams/team-numbers.ts"
import { pinnedTeams, recentTeams } from "#src/shell/teams-memory.ts"

interface Working {
  readonly team: TeamDoc
  readonly numbers: TeamNumbers
}

/** Open tasks counted for one line. */
const TASKS_COUNTED = 100

const readTeam = async (team: TeamDoc): Promise<Working> => {
  const params = { team: team.id }
  const [{ members }, tasks] = await Promise.all([
    reads.readTeam({ params }),
    reads.listTasks({ params, query: { state: "open", limit: TASKS_COUNTED } }),
  ])
  return { team, numbers: numbersOf(members, tasks.items, tasks.next !== null) }
}

/** The teams a person comes back to stand first. */
export function firstTeams(teams: ReadonlyArray<TeamDoc>, known: ReadonlyArray<string>): ReadonlyArray<TeamDoc> {
  const placeOf = (team: TeamDoc) => (known.includes(team.id) ? known.indexOf(team.id) : known.length)
  return teams.toSorted((a, b) => placeOf(a) - placeOf(b)).slice(0, NEEDS_TEAMS_SHOWN)
}

/** What the teams are doing while nothing waits. Told once: who wants to watch opens the team. */
export function TeamsStrip() {
  const [working, setWorking] = createSignal<ReadonlyArray<Working>>([])
  let isGone = false
  onCleanup(() => (isGone = true))
  onMount(() => {
    const look = async () => {
      const { items } = await reads.listTeams({ query: { archived: "false" } })
      const known = [...pinnedTeams(), ...recentTeams()].map(({ id }) => id)
      const found = await Promise.all(firstTeams(items, known).map(readTeam))
      if (!isGone) setWorking(found)
    }
    // An ornament of an empty page: without it nothing is missing, and the list itself says what fails.
    look().catch(() => setWorking([]))
  })
  return (
    <Show when={working().length > 0}>
      <section data-component="teams-strip" aria-label={t("needs.teams")}>
        <h2>{t("needs.teams")}</h2>
        <ul>
          <For each={working()}>
            {({ team, numbers }) => (
              <li>
                <A href={`/teams/${encodeURIComponent(team.id)}/live`}>{team.name}</A>
                <span>{tn("team.running", numbers.running)}</span>
                <span>{t("needs.online", { n: numbers.online, of: numbers.members })}</span>
              </li>
            )}
          </For>
        </ul>
      </section>
    </Show>
  )
}
