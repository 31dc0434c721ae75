import type { FeedEvent, NewMember } from "@muster/contracts"
import {
  dispatch,
  followHistory,
  foldOutcomes,
  NotInTime,
  readOutput,
  readTask,
  readTeam,
  waitFor,
  type Api,
  type Follower,
} from "@muster/standalone/testing"
import { ALL_DONE_TIMEOUT_MILLIS, PROBE_TIMEOUT_MILLIS } from "./limits.ts"
import type { RealTask } from "./real-task.ts"
import type { Observed } from "./verdict.ts"

export const MEMBERS: readonly NewMember[] = [
  { handle: "analyst", name: "Analyst", role: "leader", runtime: "command", slots: 3, skills: ["search"] },
  { handle: "tester", name: "Tester", runtime: "command", slots: 2, skills: ["tests"] },
  { handle: "builder", name: "Builder", runtime: "command", slots: 4, skills: ["archives"] },
]

/** Every so many tasks one is dispatched a second time under its key, as a client does that lost the answer. */
const REPEAT_EVERY = 5

/** One team at work: what was dispatched to it, and what its history says. */
export interface Work {
  readonly api: Api
  readonly teamId: string
  readonly memberIds: readonly string[]
  readonly follower: Follower
  /** Acknowledged tasks by id. */
  readonly tasks: Map<string, RealTask>
  readonly idOf: Map<string, string>
}

export const beginWork = (api: Api, teamId: string, memberIds: readonly string[]): Work => ({
  api,
  teamId,
  memberIds,
  follower: followHistory(api, teamId),
  tasks: new Map(),
  idOf: new Map(),
})

const send = async (work: Work, task: RealTask): Promise<void> => {
  const { api, teamId, memberIds, idOf, tasks } = work
  const after = task.after.map((key) => idOf.get(key))
  const body = { ...task.request, memberId: memberIds[task.member], ...(after.length > 0 ? { after } : {}) }
  const key = `realwork-${teamId}-${task.key}`
  const { id } = await dispatch(api, teamId, body, key)
  tasks.set(id, task)
  idOf.set(task.key, id)
  if (tasks.size % REPEAT_EVERY === 0) tasks.set((await dispatch(api, teamId, body, key)).id, task)
}

const isDone = (events: readonly FeedEvent[], ids: readonly string[]): boolean => {
  const records = foldOutcomes(events)
  return ids.every((id) => (records.get(id)?.runs.at(-1)?.length ?? 0) > 0)
}

const cancelOnceItWorks = async ({ api, teamId, follower }: Work, taskId: string): Promise<void> => {
  const started = (events: readonly FeedEvent[]) =>
    events.find(({ stream, type }) => stream === `task-${taskId}` && type === "TaskStarted")
  await follower.until("the task to be cancelled has started", started, ALL_DONE_TIMEOUT_MILLIS)
  await waitFor(
    "the task to be cancelled has printed",
    async () => ((await readOutput(api, teamId, taskId)).byteLength > 0 ? true : undefined),
    ALL_DONE_TIMEOUT_MILLIS,
  )
  await api.json("POST", `/teams/${teamId}/tasks/${taskId}/cancel`, { body: { reason: "enough" } })
}

/** Waits until all of these have an outcome; false when the time is up before. */
const allDone = async ({ follower, idOf }: Work, tasks: readonly RealTask[]): Promise<boolean> => {
  const ids = tasks.map(({ key }) => idOf.get(key) ?? "")
  const done = (events: readonly FeedEvent[]) => (isDone(events, ids) ? true : undefined)
  try {
    return await follower.until(`${tasks.length} tasks have an outcome`, done, ALL_DONE_TIMEOUT_MILLIS)
  } catch (error) {
    // What has no outcome by now is counted as lost.
    if (error instanceof NotInTime) return false
    throw error
  }
}

/** Dispatches tasks one by one and waits for their outcomes; false when the time is up before. */
export const carryOut = async (work: Work, tasks: readonly RealTask[]): Promise<boolean> => {
  for (const task of tasks) await send(work, task)
  for (const task of tasks) if (task.isCancelled) await cancelOnceItWorks(work, work.idOf.get(task.key) ?? "")
  return allDone(work, tasks)
}

/** Carries out the first tasks; false when none of them is even started although the agents are there. */
export const tryOut = async (work: Work, probes: readonly RealTask[]): Promise<boolean> => {
  for (const probe of probes) await send(work, probe)
  const deadline = performance.now() + PROBE_TIMEOUT_MILLIS
  const isStarted = await work.follower.until(
    "the first task is started",
    (events) =>
      events.some(({ type }) => type === "TaskStarted") ? true : performance.now() > deadline ? false : undefined,
    PROBE_TIMEOUT_MILLIS * 2,
  )
  return isStarted && allDone(work, probes)
}

/** Why members can not work, as the product shows it. */
export const blockedReasons = async ({ api, teamId }: Work): Promise<readonly string[]> => {
  const { members } = await readTeam(api, teamId)
  return members.flatMap(({ handle, notice }) => (notice === null ? [] : [`${handle}: ${notice.text}`]))
}

const artifactsOf = async ({ api, teamId }: Work, taskId: string, events: readonly FeedEvent[]) => {
  const artifacts = new Map<string, Buffer>()
  for (const { stream, type, data } of events) {
    if (stream !== `task-${taskId}` || type !== "TaskArtifactAdded") continue
    const { name, sha256 } = data as { readonly name: string; readonly sha256: string }
    artifacts.set(name, (await api.bytes(`/teams/${teamId}/tasks/${taskId}/artifacts/${sha256}`)).bytes)
  }
  return artifacts
}

/** Gathers all that the API tells of every task. `marks` are names of the marks that were left. */
export const observe = async (work: Work, marks: readonly string[]): Promise<ReadonlyMap<string, Observed>> => {
  const events = work.follower.events()
  const head = events.at(-1)?.position
  const records = foldOutcomes(events)
  const observed = new Map<string, Observed>()
  for (const [taskId, task] of work.tasks) {
    const { task: shown } = await readTask(work.api, work.teamId, taskId, head)
    observed.set(taskId, {
      task,
      record: records.get(taskId),
      output: shown.outputAssignmentId === null ? Buffer.alloc(0) : await readOutput(work.api, work.teamId, taskId),
      artifacts: await artifactsOf(work, taskId, events),
      executions: marks.filter((mark) => mark.startsWith(`${task.key}.`)).length,
      phase: shown.phase,
    })
  }
  return observed
}
