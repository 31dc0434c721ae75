import type { Accepted, BulkReply, DispatchRequest, MemberDoc, NewMember, TaskDetail, TeamDoc } from "@muster/contracts"
import type { Api } from "./api.ts"
import { ApiRefused, MusterFailed } from "./errors.ts"
import { BULK_MAX_TASKS, ONLINE_TIMEOUT_MILLIS } from "./limits.ts"
import { waitFor } from "./wait.ts"

export interface TeamAndMembers {
  readonly team: TeamDoc
  readonly members: readonly MemberDoc[]
}

export interface MadeTeam {
  readonly teamId: string
  /** Ids of the members, in the order they were asked for. */
  readonly memberIds: readonly string[]
}

export const readTeam = (api: Api, teamId: string, atLeast?: string): Promise<TeamAndMembers> =>
  api.json<TeamAndMembers>("GET", `/teams/${teamId}${atLeast === undefined ? "" : `?atLeast=${atLeast}`}`)

/** Creates a team and its members; does not wait for their agents. */
export const makeTeam = async (api: Api, name: string, members: readonly NewMember[]): Promise<MadeTeam> => {
  const { id: teamId } = await api.json<Accepted>("POST", "/teams", { body: { name } })
  const memberIds: string[] = []
  for (const member of members)
    memberIds.push((await api.json<Accepted>("POST", `/teams/${teamId}/members`, { body: member })).id)
  return { teamId, memberIds }
}

/** Waits until every member of a team has an agent that is heard. */
export const waitOnline = async (api: Api, teamId: string, timeoutMillis = ONLINE_TIMEOUT_MILLIS): Promise<void> => {
  let seen: readonly string[] = []
  await waitFor(
    "all members are online",
    async () => {
      const members = (await readTeam(api, teamId)).members.filter(({ isRemoved }) => !isRemoved)
      seen = members.map(({ handle, presence }) => `${handle}: ${presence}`)
      return members.every(({ presence }) => presence === "online") ? true : undefined
    },
    timeoutMillis,
    () => seen,
  )
}

export const makeOnlineTeam = async (api: Api, name: string, members: readonly NewMember[]): Promise<MadeTeam> => {
  const made = await makeTeam(api, name, members)
  await waitOnline(api, made.teamId)
  return made
}

export const dispatch = (api: Api, teamId: string, task: object, idempotencyKey?: string): Promise<Accepted> =>
  api.json<Accepted>("POST", `/teams/${teamId}/tasks`, {
    body: task,
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
  })

/** Dispatches many tasks in bulk; every one must be accepted. Returns their ids in order. */
export const dispatchAll = async (
  api: Api,
  teamId: string,
  tasks: readonly DispatchRequest[],
): Promise<readonly string[]> => {
  const ids: string[] = []
  for (let first = 0; first < tasks.length; first += BULK_MAX_TASKS) {
    const body = { tasks: tasks.slice(first, first + BULK_MAX_TASKS) }
    const { verdicts } = await api.json<typeof BulkReply.Type>("POST", `/teams/${teamId}/tasks/bulk`, { body })
    for (const verdict of verdicts) {
      if (!verdict.ok) throw new ApiRefused({ status: 202, type: verdict.type, message: verdict.detail })
      ids.push(verdict.id)
    }
  }
  return ids
}

export const readTask = (api: Api, teamId: string, taskId: string, atLeast?: string): Promise<TaskDetail> =>
  api.json<TaskDetail>("GET", `/teams/${teamId}/tasks/${taskId}${atLeast === undefined ? "" : `?atLeast=${atLeast}`}`)

/** Reads all captured output of a task's newest assignment, page by page. */
export const readOutput = async (api: Api, teamId: string, taskId: string): Promise<Buffer> => {
  const parts: Buffer[] = []
  for (let offset = 0; ;) {
    const { bytes, headers } = await api.bytes(`/teams/${teamId}/tasks/${taskId}/output?offset=${offset}`)
    parts.push(bytes)
    offset += bytes.byteLength
    const size = Number(headers.get("muster-output-size"))
    if (offset >= size) return Buffer.concat(parts)
    if (bytes.byteLength === 0)
      throw new MusterFailed({ message: `output of ${taskId} ends at ${offset} of ${size} bytes` })
  }
}
