import { type Fact, type MemberId, OrgId, streams, TeamId, toNewEvents, UserId } from "@muster/domain"
import { EventId } from "@muster/domain"
import { v7 } from "uuid"
import { type Answer, call, type CallOptions, type Edge, type Floor, signIn, startEdge, startFloor } from "./edge.ts"

/** A running edge with people signed in, and short words for what tests do with it. */
export const openHouse = async (options: Parameters<typeof startEdge>[1] = {}) => {
  const floor = await startFloor()
  const edge = await startEdge(floor, options)
  const owner = await signIn(floor, edge, "Ada", "owner")
  const house = { floor, edge, owner }
  return {
    ...house,
    as: (cookie: string) => asPerson(edge, cookie),
    ...asPerson(edge, owner),
    close: async () => {
      await edge.close()
      await floor.stop()
    },
  }
}
export type House = Awaited<ReturnType<typeof openHouse>>

const asPerson = (edge: Edge, cookie: string) => {
  const send =
    (method: string) =>
    (path: string, body?: unknown, options: CallOptions = {}): Promise<Answer> =>
      call(edge, method, path, { cookie, ...(body === undefined ? {} : { body }), ...options })
  return {
    get: (path: string, options: CallOptions = {}) => send("GET")(path, undefined, options),
    post: send("POST"),
    patch: send("PATCH"),
    del: (path: string) => send("DELETE")(path),
  }
}

const done = (answer: Answer): string => {
  if (answer.status >= 300) throw new Error(`refused: ${JSON.stringify(answer.json)}`)
  return answer.id
}

type Poster = Pick<House, "post">

/** A new team's path below the API. */
export const newTeam = async (house: Poster, name = "Docs"): Promise<string> =>
  `/teams/${done(await house.post("/teams", { name }))}`

export const addMember = async (house: Poster, team: string, handle: string, more: object = {}): Promise<string> =>
  done(await house.post(`${team}/members`, { handle, runtime: "simulated", ...more }))

export const dispatch = async (house: Poster, team: string, memberId: string, more: object = {}): Promise<string> =>
  done(await house.post(`${team}/tasks`, { title: "Work", memberId, ...more }))

/** A schedule of the team's leader, unless it says otherwise. */
export const newSchedule = async (house: Poster, team: string, more: object = {}): Promise<string> =>
  done(await house.post(`${team}/schedules`, { name: "Nightly", cron: "30 2 * * *", task: { title: "Work" }, ...more }))

/** The session cookie of somebody in an organisation of their own. */
export const foreigner = async ({ floor }: { readonly floor: Floor }): Promise<string> => {
  const { id } = await floor.state.sessions.create({
    userId: UserId.make(v7()),
    orgId: OrgId.make(v7()),
    name: "Eve",
    role: "owner",
  })
  return `muster_session=${id}`
}

/** Writes facts into a task's stream as the dispatcher would. */
export const record = async (
  { floor }: { readonly floor: Floor },
  team: string,
  taskId: string,
  ...facts: readonly Fact[]
): Promise<void> => {
  const stream = streams.task(taskId)
  const [first] = await floor.log.readStream(stream, { limit: 1 })
  if (first === undefined) throw new Error("no such task")
  const meta = {
    org: first.meta.org,
    team: TeamId.make(team.slice("/teams/".length)),
    actor: { kind: "system", id: "dispatcher", via: "service" } as const,
    commandId: first.meta.commandId,
    correlationId: first.meta.correlationId,
  }
  const events = toNewEvents(facts, meta, () => EventId.make(v7()))
  const [verdict] = await floor.log.append([{ stream, expectedRevision: "any", events }])
  if (verdict?.ok !== true) throw new Error("not recorded")
}

export const memberIdOf = (id: string): MemberId => id as MemberId

/** A task as the read models show it from a position on. */
export const readTask = async (
  house: Pick<House, "get">,
  team: string,
  id: string,
  { position }: Pick<Answer, "position">,
) =>
  (await house.get(`${team}/tasks/${id}?atLeast=${position}`)).json as {
    task: Record<string, unknown>
    spec: Record<string, unknown>
    waits?: string
  }
