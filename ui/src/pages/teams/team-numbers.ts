import type { MemberDoc, TaskDoc, TeamDoc } from "@muster/contracts"
import { isHeld } from "@muster/domain"
import { createSignal, onCleanup } from "solid-js"
import type { Accessor } from "solid-js"
import { failureOf } from "#src/api/failure.ts"
import type { Failure } from "#src/api/failure.ts"
import { reads } from "#src/api/reads.ts"
import { TEAM_NUMBERS_AT_ONCE, TEAM_NUMBERS_TASKS } from "#src/limits.ts"

/** What a row of the list says about a team beside its name. */
export interface TeamNumbers {
  readonly online: number
  readonly members: number
  readonly running: number
  readonly needsYou: number
  /** There are more open tasks than were read: the counts are at least these. */
  readonly isPartial: boolean
}

export function numbersOf(
  members: ReadonlyArray<MemberDoc>,
  open: ReadonlyArray<TaskDoc>,
  isPartial: boolean,
): TeamNumbers {
  const present = members.filter((member) => !member.isRemoved)
  const waits = open.filter((task) => task.phase === "needs-input" || task.phase === "needs-approval").length
  return {
    online: present.filter((member) => member.presence === "online").length,
    members: present.length,
    running: open.filter((task) => isHeld(task.phase)).length - waits,
    needsYou: waits,
    isPartial,
  }
}

/** The numbers of several teams together. */
export const totalOf = (numbers: ReadonlyArray<TeamNumbers>): TeamNumbers => ({
  online: numbers.reduce((sum, each) => sum + each.online, 0),
  members: numbers.reduce((sum, each) => sum + each.members, 0),
  running: numbers.reduce((sum, each) => sum + each.running, 0),
  needsYou: numbers.reduce((sum, each) => sum + each.needsYou, 0),
  isPartial: numbers.some((each) => each.isPartial),
})

/** Teams whose name or description holds all of the words, in any case. */
export function teamsWith<T extends Pick<TeamDoc, "name" | "description">>(
  teams: ReadonlyArray<T>,
  words: string,
): ReadonlyArray<T> {
  const wanted = words
    .toLocaleLowerCase()
    .split(/\s+/u)
    .filter((word) => word !== "")
  return teams.filter(({ name, description }) => {
    const text = `${name} ${description}`.toLocaleLowerCase()
    return wanted.every((word) => text.includes(word))
  })
}

async function readNumbers(team: string): Promise<TeamNumbers> {
  const params = { team }
  const [{ members }, tasks] = await Promise.all([
    reads.readTeam({ params }),
    reads.listTasks({ params, query: { state: "open", limit: TEAM_NUMBERS_TASKS } }),
  ])
  return numbersOf(members, tasks.items, tasks.next !== null)
}

export interface TeamList {
  readonly teams: Accessor<ReadonlyArray<TeamDoc> | undefined>
  readonly numbers: Accessor<ReadonlyMap<string, TeamNumbers>>
  readonly failure: Accessor<Failure | undefined>
  /** `atLeast`: as of a position that one's own command got. */
  readonly reload: (atLeast?: string) => Promise<void>
}

/**
 * The teams with their numbers, as of now and as of whenever the page is looked at again. The list of teams has no
 * feed of its own, and a stream per team would be dear.
 */
export function createTeamList(isArchived: Accessor<boolean>): TeamList {
  const [teams, setTeams] = createSignal<ReadonlyArray<TeamDoc>>()
  const [numbers, setNumbers] = createSignal<ReadonlyMap<string, TeamNumbers>>(new Map())
  const [failure, setFailure] = createSignal<Failure>()
  let generation = 0

  const reload = async (atLeast?: string) => {
    generation += 1
    const own = generation
    try {
      const query = {
        archived: isArchived() ? "true" : "false",
        ...(atLeast === undefined ? {} : { atLeast }),
      } as const
      const { items } = await reads.listTeams({ query })
      if (own !== generation) return
      setTeams(items)
      setFailure(undefined)
      const left = [...items]
      const worker = async () => {
        for (let team = left.shift(); team !== undefined; team = left.shift()) {
          const { id } = team
          // One after the other within a worker; a few workers at once.
          // eslint-disable-next-line no-await-in-loop
          const found = await readNumbers(id)
          if (own !== generation) return
          setNumbers((before) => new Map(before).set(id, found))
        }
      }
      await Promise.all(Array.from({ length: TEAM_NUMBERS_AT_ONCE }, worker))
    } catch (error) {
      if (own === generation) setFailure(failureOf(error))
    }
  }

  const look = () => {
    if (document.visibilityState === "visible") void reload()
  }
  document.addEventListener("visibilitychange", look)
  onCleanup(() => {
    generation += 1
    document.removeEventListener("visibilitychange", look)
  })
  return { teams, numbers, failure, reload }
}
