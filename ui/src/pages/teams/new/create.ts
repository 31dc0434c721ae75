import type { Client } from "@muster/client"
import type { MemberDoc, NewTeam } from "@muster/contracts"
import type { FirstTask } from "#src/pages/teams/new/draft.ts"
import type { Sent } from "#src/pages/teams/new/stored.ts"

/** What of the server making a team needs. */
export type Makers = Pick<Client, "createTeam" | "readTeam" | "dispatchTasks">

/** A team that is there. */
export interface MadeTeam {
  readonly id: string
  readonly position: string
}

/** Names the request: the one that was sent before and may have arrived, when it is the same; else a new one. */
export function requestKey(request: NewTeam, before: Sent | undefined, newKey: () => string): Sent {
  const body = JSON.stringify(request)
  return before?.body === body ? before : { key: newKey(), body }
}

export async function makeTeam(api: Makers, request: NewTeam, key: string): Promise<MadeTeam> {
  const { id, position } = await api.createTeam({ body: request, idempotencyKey: key })
  return { id, position }
}

/** Some of the first work was refused. The message is the first reason that the server gave. */
export class FirstWorkRefused extends Error {}

/**
 * Dispatches first work in one request, whose parts wait for each other. Its key follows from the team's: however often it is asked for, each
 * part is there once.
 * @returns how many tasks there are now
 */
export async function dispatchFirstWork(
  api: Makers,
  team: MadeTeam,
  work: ReadonlyArray<FirstTask>,
  key: string,
): Promise<number> {
  const params = { team: team.id }
  const { members } = await api.readTeam({ params, query: { atLeast: team.position } })
  const idOf = new Map<string, MemberDoc["id"]>(
    members.filter(({ isRemoved }) => !isRemoved).map(({ handle, id }) => [handle, id]),
  )
  const tasks = work.map(({ ref, title, instructions, handle, skills, after, runtimeOptions }) => {
    const memberId = handle === null ? undefined : idOf.get(handle)
    return {
      ref,
      title,
      instructions,
      ...(memberId === undefined ? {} : { memberId }),
      ...(handle === null && skills.length > 0 ? { pool: { skills } } : {}),
      ...(after.length === 0 ? {} : { afterRefs: after }),
      ...(runtimeOptions === null ? {} : { runtimeOptions }),
    }
  })
  const { verdicts } = await api.dispatchTasks({ params, body: { tasks }, idempotencyKey: `${key}:first-work` })
  const refused = verdicts.find((verdict) => !verdict.ok)
  if (refused?.ok === false) throw new FirstWorkRefused(refused.detail)
  return verdicts.length
}
