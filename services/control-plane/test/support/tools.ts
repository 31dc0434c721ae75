import { API_PREFIX, type AgentCredentials } from "@muster/contracts"
import { AssignmentId, fact, type RecordedEvent, streams } from "@muster/domain"
import { v7 } from "uuid"
import { afterAll, beforeAll, beforeEach } from "vitest"
import { call } from "./edge.ts"
import { addMember, dispatch, type House, memberIdOf, newTeam, openHouse, record } from "./house.ts"

export interface Agent {
  readonly memberId: string
  readonly apiKey: string
}
export interface Job {
  readonly agent: Agent
  readonly taskId: string
  readonly assignmentId: string
}
type Answer = Record<string, unknown> & { readonly status: number }

export let house: House
export let team: string
export let lead: Agent
export let worker: Agent

export const join = async (handle: string, more: object = {}, place = team): Promise<Agent> => {
  const memberId = await addMember(house, place, handle, more)
  const { token } = (await house.post(`${place}/members/${memberId}/enroll`, {})).json as { token: string }
  const body = { token, agentVersion: "1.0.0", host: "box" }
  const { apiKey } = (await call(house.edge, "POST", "/agent/bootstrap", { body })).json as AgentCredentials
  return { memberId, apiKey }
}

/** For each test of a file: a team with two agents, in a house of the file. */
export const useAgents = (): void => {
  beforeAll(async () => {
    house = await openHouse()
  })
  afterAll(() => house.close())
  beforeEach(async () => {
    team = await newTeam(house)
    lead = await join("lea", { role: "leader" })
    worker = await join("wim", { skills: ["writing"] })
  })
}

/** Gives a task to an agent as the dispatcher would. */
export const assign = async (taskId: string, agent: Agent, place = team): Promise<Job> => {
  const assignmentId = AssignmentId.make(v7())
  const assigned = { assignmentId, memberId: memberIdOf(agent.memberId), run: 1, attempt: 1, epoch: 1 }
  await record(house, place, taskId, fact("TaskAssigned", assigned), fact("TaskStarted", { assignmentId }))
  return { agent, taskId, assignmentId }
}
export const work = async (more: object = {}): Promise<Job> =>
  assign(await dispatch(house, team, lead.memberId, more), lead)

export const use = async (
  { agent, taskId, assignmentId }: Job,
  tool: string,
  input: object = {},
  key = v7(),
): Promise<Answer> => {
  const path = `/agent/tasks/${taskId}/assignments/${assignmentId}/tools/${tool}`
  const response = await fetch(house.edge.url + API_PREFIX + path, {
    method: "POST",
    headers: {
      authorization: `Bearer ${agent.apiKey}`,
      "content-type": "application/json",
      "idempotency-key": key,
    },
    body: JSON.stringify(input),
  })
  return { ...((await response.json()) as object), status: response.status }
}
export const part = (more: object = {}) => ({ title: "A part", instructions: "Write it.", member: "@wim", ...more })
export const dispatchPart = async (job: Job, more: object = {}): Promise<string> => {
  const answer = await use(job, "dispatch_task", part(more))
  if (answer.status !== 200) throw new Error(JSON.stringify(answer))
  return String(answer["task_id"])
}
export const history = (taskId: string): Promise<readonly RecordedEvent[]> =>
  house.floor.log.readStream(streams.task(taskId))
export const dispatched = async (job: Job) =>
  (await history(job.taskId)).filter(({ type }) => type === "TaskChildDispatched")
export const end = (taskId: string, place = team) =>
  record(house, place, taskId, fact("TaskCancelled", { reason: "enough" }))
