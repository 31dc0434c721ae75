import {
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
  type CommandId,
  type Decision,
  type EventId,
  type MemberCommand,
  type MemberId,
  type NewEvent,
  type OrgId,
  type RecordedEvent,
  type ScheduleCommand,
  type ScheduleId,
  type TaskCommand,
  type TaskId,
  type TeamCommand,
  type TeamId,
  type UserId,
} from "@muster/domain"
import type { AppendVerdict, EventStore } from "@muster/event-store"
import { makeProcess, runAs } from "../engine/scheduler.ts"
import { env } from "../engine/world-clock.ts"
import { world } from "../model/world.ts"
import { v7 } from "../shims/uuid.ts"
import type { Trace } from "../trace.ts"
import type { DispatcherActor } from "./dispatchers.ts"

type DispatchCommand = Extract<TaskCommand, { readonly kind: "dispatch" }>

/** What a person hears: it is recorded (or was already so), it makes no sense now, or nobody knows. */
export type Answer = "acknowledged" | "refused" | "unknown"

const TRIES_MAX = 6
/** A person does not wait longer for a door that does not answer. */
const DOOR_TIMEOUT_MILLIS = 20_000
const PAUSE_MAX_MILLIS = 1_500

/** What people and the doors they use do: every command is decided by the domain and recorded at the revision it was decided at. */
export class People {
  readonly orgId = v7() as OrgId
  readonly userId = v7() as UserId
  readonly #process = makeProcess("people")
  readonly #store: EventStore
  readonly #trace: Trace

  constructor(trace: Trace) {
    this.#store = world().log.storeFor(this.#process)
    this.#trace = trace
  }

  team(teamId: TeamId, command: TeamCommand): Promise<Answer> {
    return this.#command(command.kind, streams.team(teamId), teamId, (events) =>
      decideTeam(foldTeam(events).state, command),
    )
  }

  member(teamId: TeamId, memberId: MemberId, command: MemberCommand): Promise<Answer> {
    return this.#command(command.kind, streams.member(memberId), teamId, (events) =>
      decideMember(foldMember(events).state, command),
    )
  }

  schedule(teamId: TeamId, scheduleId: ScheduleId, command: ScheduleCommand): Promise<Answer> {
    return this.#command(command.kind, streams.schedule(scheduleId), teamId, (events) =>
      decideSchedule(foldSchedule(events).state, command),
    )
  }

  /** A dispatch at the door of a process that also dispatches; when nobody answers there, the person tries elsewhere. */
  dispatch(teamId: TeamId, command: DispatchCommand, door: DispatcherActor | undefined): Promise<Answer> {
    const decide = (events: readonly RecordedEvent[]) => decideTask(foldTask(events).state, command)
    return this.#command(command.kind, streams.task(command.taskId), teamId, decide, door)
  }

  task(teamId: TeamId, taskId: TaskId, command: TaskCommand): Promise<Answer> {
    return this.#command(command.kind, streams.task(taskId), teamId, (events) =>
      decideTask(foldTask(events).state, command),
    )
  }

  /** One command to its answer. The ids of its events stay the same over all tries: a lost reply is recognised. */
  #command(
    what: string,
    stream: string,
    team: TeamId,
    decide: (events: readonly RecordedEvent[]) => Decision,
    door?: DispatcherActor,
  ): Promise<Answer> {
    return runAs(this.#process, async () => {
      const actor: Actor = { kind: "person", id: this.userId, via: "web" }
      const commandId = v7() as CommandId
      const meta = { org: this.orgId, team, actor, commandId, correlationId: commandId }
      const ids: EventId[] = []
      const idOf = (index: number) => (ids[index] ??= v7() as EventId)
      let answer: Answer = "unknown"
      if (door !== undefined) {
        const { facts = [] } = decide([])
        answer = await this.#atOnce(door, stream, toNewEvents(facts, meta, idOf))
      }
      for (let tries = 0; tries < TRIES_MAX && answer === "unknown"; tries += 1) {
        if (tries > 0) await this.#pause()
        answer = await this.#attempt(stream, (events) => {
          if (events.some(({ id }) => ids.includes(id))) return []
          const { facts, refusal } = decide(events)
          return facts === undefined ? refusal : toNewEvents(facts, meta, idOf)
        })
      }
      this.#trace.say("people", answer, `${what} ${stream}`)
      return answer
    })
  }

  async #attempt(
    stream: string,
    plan: (events: readonly RecordedEvent[]) => ReturnType<typeof toNewEvents> | object,
  ): Promise<Answer> {
    let events: readonly RecordedEvent[]
    try {
      events = await this.#store.readStream(stream)
    } catch {
      return "unknown"
    }
    const planned = plan(events)
    if (!Array.isArray(planned)) return "refused"
    if (planned.length === 0) return "acknowledged"
    const [verdict] = await this.#store.append([
      { stream, expectedRevision: events.length, events: planned as ReturnType<typeof toNewEvents> },
    ])
    if (verdict?.ok) return "acknowledged"
    // Somebody wrote first, or nobody knows: it is looked at again.
    return "unknown"
  }

  /** As the control plane does in the process of a dispatcher: one request for the dispatch and what the dispatcher adds to it. */
  async #atOnce({ process, handOver }: DispatcherActor, stream: string, events: readonly NewEvent[]): Promise<Answer> {
    const asked = runAs(process, async (): Promise<Answer> => {
      const handed = handOver(stream, events)
      let verdict: AppendVerdict | undefined
      try {
        const all = [...events, ...(handed?.events ?? [])]
        ;[verdict] = await world()
          .log.storeFor(process)
          .append([{ stream, expectedRevision: 0, events: all }])
      } finally {
        handed?.settle(verdict)
      }
      return verdict?.ok === true ? "acknowledged" : "unknown"
    })
    const { scheduler } = env()
    const givenUp = new Promise<Answer>((resolve) => {
      scheduler.schedule(DOOR_TIMEOUT_MILLIS, () => resolve("unknown"), this.#process)
    })
    return Promise.race([asked, givenUp])
  }

  #pause(): Promise<void> {
    const { scheduler, latency } = env()
    return new Promise(
      (resolve) => void scheduler.schedule(latency.between(10, PAUSE_MAX_MILLIS), resolve, this.#process),
    )
  }
}
