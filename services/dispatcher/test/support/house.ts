import {
  absentTask,
  decideDispatcher,
  decideMember,
  decideSchedule,
  decideTask,
  decideTeam,
  foldMember,
  foldSchedule,
  foldTask,
  foldTeam,
  streams,
  toNewEvents,
  type Actor,
  type AssignmentId,
  type CommandId,
  type Decision,
  type EventId,
  type Fact,
  type IncarnationId,
  type MemberCommand,
  type MemberId,
  type MemberProfile,
  type MemberState,
  type NewEvent,
  type OrgId,
  type RecordedEvent,
  type ScheduleCommand,
  type ScheduleId,
  type ScheduleState,
  type TaskCommand,
  type TaskId,
  type TaskSpec,
  type TaskState,
  type TeamCommand,
  type TeamId,
  type UserId,
} from "@muster/domain"
import { WrongExpectedRevision } from "@muster/event-store"
import { openPostgresEventStore, type PostgresEventStore } from "@muster/event-store/postgres"
import { openOperationalState, type OpenOperationalState } from "@muster/operational-state"
import { eventually } from "@muster/platform/testing"
import { busUsername, openTeamBus, type BusUser, type OwnersBus } from "@muster/team-bus"
import { Redis } from "ioredis"
import { createHash } from "node:crypto"
import postgres from "postgres"
import { v7 } from "uuid"
import type { DispatcherTimings } from "#src/limits.ts"
import type { OpenWork } from "#src/open-work.ts"
import { startDispatcher, type RunningDispatcher } from "#src/start.ts"
import { FakeAgent } from "./fake-agent.ts"
import { FAST } from "./fast.ts"
import type { Servers } from "./servers.ts"
import { silentLog } from "./silent-log.ts"
import { profileOf, specOf } from "./specs.ts"

const BEAT_MILLIS = 60
const PASSWORD = "secret-of-a-test"

export interface MemberHandle {
  readonly teamId: TeamId
  readonly memberId: MemberId
}

/** A whole installation for one test: log, bus, dispatcher, and hands to do what people and agents do. */
export class House {
  readonly orgId = v7() as OrgId
  readonly userId = v7() as UserId
  readonly store: PostgresEventStore
  readonly bus: OwnersBus
  readonly state: OpenOperationalState
  /** The application's own view of the database. */
  readonly sql: postgres.Sql
  /** The default user: may look at everything and break everything. */
  readonly redis: Redis
  readonly #servers: Servers
  readonly #timings: DispatcherTimings
  readonly #users = new Map<string, BusUser>()
  readonly #agents = new Set<FakeAgent>()
  #dispatcher: RunningDispatcher | undefined

  constructor(servers: Servers, timings: Partial<DispatcherTimings> = {}) {
    this.#servers = servers
    this.#timings = { ...FAST, ...timings }
    this.store = openPostgresEventStore({ url: servers.postgres.appUrl })
    this.sql = postgres(servers.postgres.appUrl, { max: 1, onnotice: () => undefined })
    this.state = openOperationalState({ url: servers.postgres.appUrl })
    this.bus = openTeamBus({ url: servers.redis.url, log: silentLog })
    this.redis = new Redis(servers.redis.url, { maxRetriesPerRequest: null })
    this.redis.on("error", () => undefined) // a test may end the server; the client comes back by itself
  }

  startDispatcher({ processId }: { readonly processId?: string } = {}): void {
    this.#dispatcher = this.#start(this.#openWork(), this.bus, processId)
  }

  /** Another one beside the first, with connections of its own. */
  startSecondDispatcher(): RunningDispatcher {
    const bus = openTeamBus({ url: this.#servers.redis.url, log: silentLog })
    const running = this.#start(this.#openWork(), bus)
    const stop = async () => {
      await running.stop()
      await bus.close()
    }
    return { ...running, stop }
  }

  #start(openWork: OpenWork, bus: OwnersBus, processId?: string): RunningDispatcher {
    return startDispatcher({
      store: this.store,
      bus,
      openWork,
      busUsers: async () => [...this.#users.values()],
      log: silentLog,
      timings: this.#timings,
      shards: this.state.shards,
      processId,
    })
  }

  async stopDispatcher(): Promise<void> {
    await this.#dispatcher?.stop()
    this.#dispatcher = undefined
  }

  async close(): Promise<void> {
    await this.stopDispatcher()
    await Promise.all([...this.#agents].map((agent) => agent.stop()))
    await this.bus.close()
    this.redis.disconnect()
    await this.store.close()
    await Promise.all([this.state.close(), this.sql.end()])
  }

  /** What the read models would answer: ids of what is open, worked out from the log. */
  #openWork(): OpenWork {
    let events: readonly RecordedEvent[] = []
    const idsOf = (prefix: string) => [
      ...new Set(
        events.filter(({ stream }) => stream.startsWith(prefix)).map(({ stream }) => stream.slice(prefix.length)),
      ),
    ]
    const teamOf = (stream: string) => events.find((event) => event.stream === stream)?.meta.team as TeamId
    const streamOf = (stream: string) => events.filter((event) => event.stream === stream)
    return {
      position: async () => {
        // In this order: the lists must reach at least as far as the position says.
        const head = await this.store.head()
        events = (await this.history()).filter(({ meta }) => meta.org === this.orgId)
        return head
      },
      openTasks: async () =>
        idsOf("task-")
          .filter((id) => !isClosedPhase(foldTask(streamOf(streams.task(id))).state))
          .map((id) => ({ taskId: id as TaskId, teamId: teamOf(streams.task(id)) })),
      members: async () =>
        idsOf("member-")
          .filter((id) => !foldMember(streamOf(streams.member(id))).state.isRemoved)
          .map((id) => ({ memberId: id as MemberId, teamId: teamOf(streams.member(id)) })),
      teams: async () => idsOf("team-").map((id) => ({ teamId: id as TeamId })),
      schedules: async () =>
        idsOf("schedule-").map((id) => ({ scheduleId: id as ScheduleId, teamId: teamOf(streams.schedule(id)) })),
    }
  }

  /** All events there are, or those of one stream. */
  async history(stream?: string): Promise<readonly RecordedEvent[]> {
    if (stream !== undefined) return this.store.readStream(stream)
    const all: RecordedEvent[] = []
    for (;;) {
      const page = await this.store.readAll({
        after: (all.at(-1)?.position ?? "0") as RecordedEvent["position"],
        limit: 1_000,
      })
      if (page.length === 0) return all
      all.push(...page)
    }
  }

  async typesOf(stream: string): Promise<readonly string[]> {
    return (await this.history(stream)).map(({ type }) => type)
  }

  async createTeam(): Promise<TeamId> {
    const teamId = v7() as TeamId
    await this.teamCommand(teamId, {
      kind: "create",
      teamId,
      profile: { name: "Test", description: "" },
      requestHash: "",
    })
    return teamId
  }

  async addMember(teamId: TeamId, profile: Partial<MemberProfile> = {}): Promise<MemberHandle> {
    const memberId = v7() as MemberId
    const full = profileOf(profile)
    await this.memberCommand({ teamId, memberId }, { kind: "add", memberId, teamId, profile: full, requestHash: "" })
    return { teamId, memberId }
  }

  /** Binds a new incarnation and starts its agent. */
  async enroll(member: MemberHandle): Promise<FakeAgent> {
    const incarnation = v7() as IncarnationId
    const username = busUsername(member.memberId, incarnation)
    const passwordSha256 = createHash("sha256").update(PASSWORD).digest("hex")
    await this.memberCommand(member, { kind: "bind", incarnation, agentVersion: "test", host: "test" })
    const user: BusUser = { ...member, incarnation, username, passwordSha256 }
    const replaced = this.#users.get(member.memberId)
    this.#users.set(member.memberId, user)
    await eventually("the bus is there", () => this.bus.isUp())
    await this.bus.acl.grant(user)
    if (replaced !== undefined) await this.bus.acl.revoke(replaced.username)
    const url = new URL(this.#servers.redis.url)
    url.password = ""
    const agent = new FakeAgent({
      url: url.toString(),
      username,
      password: PASSWORD,
      ...member,
      incarnation,
      beatMillis: BEAT_MILLIS,
    })
    this.#agents.add(agent)
    return agent
  }

  /** As the control plane does when a member is removed: its user is no longer wanted. */
  revokeUser(memberId: MemberId): void {
    this.#users.delete(memberId)
  }

  /** A team with one member whose agent is there. */
  async crew(profile: Partial<MemberProfile> = {}): Promise<MemberHandle & { readonly agent: FakeAgent }> {
    const member = await this.addMember(await this.createTeam(), profile)
    return { ...member, agent: await this.enroll(member) }
  }

  async dispatch({ teamId, memberId }: MemberHandle, spec: Partial<TaskSpec> = {}): Promise<TaskId> {
    const taskId = v7() as TaskId
    const full = specOf({ memberId, ...spec })
    await this.taskCommand({ teamId }, taskId, { kind: "dispatch", taskId, teamId, spec: full, requestHash: "" })
    return taskId
  }

  /** Offers it to the dispatcher of this process on the way, as the control plane does. */
  async dispatchAtOnce({ teamId, memberId }: MemberHandle, spec: Partial<TaskSpec> = {}): Promise<TaskId> {
    const taskId = v7() as TaskId
    const stream = streams.task(taskId)
    const events = this.#dispatchEvents(teamId, taskId, { memberId, ...spec })
    const handed = this.#dispatcher?.handOver(stream, events)
    const all = [...events, ...(handed?.events ?? [])]
    const [verdict] = await this.store.append([{ stream, expectedRevision: 0, events: all }])
    handed?.settle(verdict)
    if (!verdict?.ok) throw new Error(`not stored: ${String(verdict?.error)}`)
    return taskId
  }

  /** What the dispatcher would add to a dispatch. The append never comes about. */
  offerAtOnce({ teamId, memberId }: MemberHandle): readonly string[] | undefined {
    const taskId = v7() as TaskId
    const events = this.#dispatchEvents(teamId, taskId, { memberId })
    const handed = this.#dispatcher?.handOver(streams.task(taskId), events)
    handed?.settle(undefined)
    return handed?.events.map(({ type }) => type)
  }

  #dispatchEvents(teamId: TeamId, taskId: TaskId, spec: Partial<TaskSpec>): readonly NewEvent[] {
    const command: TaskCommand = { kind: "dispatch", taskId, teamId, spec: specOf(spec), requestHash: "" }
    const { facts = [] } = decideTask(absentTask, command)
    const commandId = v7() as CommandId
    const actor: Actor = { kind: "person", id: this.userId, via: "web" }
    const meta = { org: this.orgId, team: teamId, actor, commandId, correlationId: commandId }
    return toNewEvents(facts, meta, () => v7() as EventId)
  }

  /** Work for whoever of the team has the skills. */
  async dispatchToPool(teamId: TeamId, skills: readonly string[], spec: Partial<TaskSpec> = {}): Promise<TaskId> {
    const taskId = v7() as TaskId
    const full = specOf({ pool: { skills }, ...spec })
    await this.taskCommand({ teamId }, taskId, { kind: "dispatch", taskId, teamId, spec: full, requestHash: "" })
    return taskId
  }

  /** Records an assignment as a dispatcher does that dies before it can do anything else. */
  assign(member: MemberHandle, taskId: TaskId): Promise<void> {
    const command = { kind: "assign", assignmentId: v7() as AssignmentId, memberId: member.memberId } as const
    return this.#command(streams.task(taskId), member.teamId, (events) =>
      decideDispatcher(foldTask(events).state, command, { nowMillis: Date.now(), random: 0 }),
    )
  }

  async taskState(taskId: TaskId): Promise<TaskState> {
    return foldTask(await this.history(streams.task(taskId))).state
  }

  async reaches(taskId: TaskId, ...phases: readonly TaskState["phase"][]): Promise<TaskState> {
    return eventually(`task reaches ${phases.join(" or ")}`, async () => {
      const state = await this.taskState(taskId)
      return phases.includes(state.phase) ? state : undefined
    })
  }

  async happens(stream: string, type: Fact["type"], times = 1): Promise<RecordedEvent> {
    return eventually(`${type} on ${stream}`, async () => {
      const found = (await this.history(stream)).filter((event) => event.type === type)
      return found[times - 1]
    })
  }

  taskCommand({ teamId }: { readonly teamId: TeamId }, taskId: TaskId, command: TaskCommand): Promise<void> {
    return this.#command(streams.task(taskId), teamId, (events) => decideTask(foldTask(events).state, command))
  }

  memberCommand(member: MemberHandle, command: MemberCommand): Promise<void> {
    return this.#command(streams.member(member.memberId), member.teamId, (events) =>
      decideMember(foldMember(events).state, command),
    )
  }

  async memberState(member: MemberHandle): Promise<MemberState> {
    return foldMember(await this.history(streams.member(member.memberId))).state
  }

  scheduleCommand(teamId: TeamId, scheduleId: ScheduleId, command: ScheduleCommand): Promise<void> {
    return this.#command(streams.schedule(scheduleId), teamId, (events) =>
      decideSchedule(foldSchedule(events).state, command),
    )
  }

  async scheduleState(scheduleId: ScheduleId): Promise<ScheduleState> {
    return foldSchedule(await this.history(streams.schedule(scheduleId))).state
  }

  teamCommand(teamId: TeamId, command: TeamCommand): Promise<void> {
    return this.#command(streams.team(teamId), teamId, (events) => decideTeam(foldTeam(events).state, command))
  }

  async #command(stream: string, team: TeamId, decide: (events: readonly RecordedEvent[]) => Decision): Promise<void> {
    const actor: Actor = { kind: "person", id: this.userId, via: "web" }
    for (;;) {
      const events = await this.history(stream)
      const { facts, refusal } = decide(events)
      if (facts === undefined) throw new Error(`refused: ${JSON.stringify(refusal)}`)
      if (facts.length === 0) return
      const commandId = v7() as CommandId
      const meta = { org: this.orgId, team, actor, commandId, correlationId: commandId }
      const request = {
        stream,
        expectedRevision: events.length,
        events: toNewEvents(facts, meta, () => v7() as EventId),
      }
      const [verdict] = await this.store.append([request])
      if (verdict?.ok) return
      if (!(verdict?.error instanceof WrongExpectedRevision)) throw new Error(`not stored: ${String(verdict?.error)}`)
    }
  }
}

const isClosedPhase = ({ phase }: TaskState) =>
  ["succeeded", "failed", "cancelled", "expired", "dead-lettered"].includes(phase)
