import { isInPool, type EventData } from "@muster/domain"
import type { AppendRequest } from "@muster/event-store"
import type { SimProcess } from "../engine/scheduler.ts"
import type { Ledger } from "./ledger.ts"
import type { MemberRecord, TaskRecord } from "./records.ts"
import type { Verdict } from "./verdict.ts"

/** What a dispatcher was told so long ago it takes into account: nothing keeps a decision longer on its way. */
const GRACE_MILLIS = 20_000
/** One task more than slots. */
const WINDOW_TASKS = 1

interface Told {
  readonly millis: number
  readonly position: number
}

interface Assigning {
  /** Undefined when it is dispatched in the same request. */
  readonly task: TaskRecord | undefined
  readonly memberId: string
  /** The log takes it: nothing has happened to the task since it was decided. */
  readonly isCurrent: boolean
}

/** Holds what a dispatcher assigns against what it knew: credit, priority, and who may be given work at all. */
export class AssigningOracle {
  readonly #ledger: Ledger
  readonly #verdict: Verdict
  readonly #now: () => number
  readonly #told = new Map<SimProcess, Told[]>()
  /** Assignment → the process that knows of it because it was answered. */
  readonly #answered = new Map<string, SimProcess>()

  constructor(ledger: Ledger, verdict: Verdict, now: () => number) {
    this.#ledger = ledger
    this.#verdict = verdict
    this.#now = now
  }

  told(by: SimProcess | undefined, position: number): void {
    if (by === undefined) return
    const list = this.#told.get(by) ?? []
    list.push({ millis: this.#now(), position })
    this.#told.set(by, list)
  }

  answered(by: SimProcess | undefined, { events }: AppendRequest): void {
    for (const { type, data } of events)
      if (type === "TaskAssigned" && by !== undefined)
        this.#answered.set((data as EventData<"TaskAssigned">).assignmentId, by)
  }

  /** A call of a dispatcher, before anything of it is stored. */
  asked(by: SimProcess | undefined, requests: readonly AppendRequest[]): void {
    if (by === undefined) return
    const assigning = requests.flatMap(({ stream, events, expectedRevision }): readonly Assigning[] => {
      const task = this.#ledger.tasks.get(stream.slice("task-".length))
      const found = events.find(({ type }) => type === "TaskAssigned")
      if (found === undefined) return []
      const { memberId } = found.data as EventData<"TaskAssigned">
      return [{ task, memberId, isCurrent: this.#ledger.isAt(stream, expectedRevision) }]
    })
    const byMember = Map.groupBy(assigning, ({ memberId }) => memberId)
    for (const [memberId, tasks] of byMember) {
      const member = this.#ledger.members.get(memberId)
      if (member === undefined) {
        this.#verdict.broken("who may be given work", `member ${memberId} does not exist`)
        continue
      }
      const knownPosition = this.#knownTo(by)
      this.#checkMayWork(member, knownPosition)
      const known = tasks.flatMap(({ task }) => (task === undefined ? [] : [task]))
      for (const { task, isCurrent } of tasks) if (task !== undefined && isCurrent) this.#checkSkills(task, member)
      this.#checkCredit(by, member, tasks.length, knownPosition)
      this.#checkOrder(memberId, known, knownPosition, known.length < tasks.length)
    }
  }

  #knownTo(by: SimProcess): number {
    const sinceMillis = this.#now() - GRACE_MILLIS
    return this.#told.get(by)?.findLast(({ millis }) => millis <= sinceMillis)?.position ?? -1
  }

  #checkMayWork(member: MemberRecord, knownPosition: number): void {
    const team = this.#ledger.teams.get(member.teamId)
    const bars: readonly (readonly [string, number | undefined])[] = [
      ["paused", member.pausedPosition],
      ["removed", member.removedPosition],
      ["draining", member.drainingPosition],
      ["in a paused team", team?.pausedPosition],
      ["in a draining team", team?.drainingPosition],
      ["in a halted team", team?.haltedPosition],
    ]
    for (const [what, position] of bars)
      if (position !== undefined && position <= knownPosition)
        this.#verdict.broken("who may be given work", `${member.id} is ${what} and was given a task`)
  }

  /** Skills that the member has, or had a moment ago. */
  #checkSkills({ id, pool }: TaskRecord, member: MemberRecord): void {
    if (pool === undefined) return
    const sinceMillis = this.#now() - GRACE_MILLIS
    const recent = member.skills.filter(
      (_, i) => (member.skills[i + 1]?.millis ?? Number.POSITIVE_INFINITY) >= sinceMillis,
    )
    if (!recent.some(({ names }) => isInPool(names, pool)))
      this.#verdict.broken("who may be given work", `${member.id} lacks skills and was given ${id} of a pool`)
  }

  #checkCredit(by: SimProcess, member: MemberRecord, asked: number, knownPosition: number): void {
    const held = this.#ledger.heldBy(member.id).filter(({ held }) => {
      if (held === undefined) return false
      return held.position <= knownPosition || this.#answered.get(held.id) === by
    }).length
    const sinceMillis = this.#now() - GRACE_MILLIS
    const recent = member.slots.filter(
      ({ millis }, i) =>
        millis >= sinceMillis || (member.slots[i + 1]?.millis ?? Number.POSITIVE_INFINITY) >= sinceMillis,
    )
    const slots = Math.max(...recent.map(({ count }) => count))
    if (held + asked > slots + WINDOW_TASKS)
      this.#verdict.broken("credit", `${member.id} with ${slots} slots held ${held} and was given ${asked} more`)
  }

  /** Higher priority first, then the older run; what is assigned with its dispatch passes nobody. */
  #checkOrder(memberId: string, given: readonly TaskRecord[], knownPosition: number, isAtOnce: boolean): void {
    const isFirst = (a: TaskRecord, b: TaskRecord) =>
      a.priority > b.priority || (a.priority === b.priority && a.runPosition < b.runPosition)
    const sinceMillis = this.#now() - GRACE_MILLIS
    const steady = ({ orderedMillis, queuedMillis, queuedPosition }: TaskRecord) =>
      orderedMillis < sinceMillis && queuedMillis < sinceMillis && queuedPosition <= knownPosition
    const waiting = [...this.#ledger.tasks.values()].filter(
      (task) => task.phase === "queued" && task.memberId === memberId && !given.includes(task) && steady(task),
    )
    if (isAtOnce && waiting.length > 0)
      this.#verdict.broken("priority", `${waiting[0]?.id} waits for ${memberId} and was passed by a new dispatch`)
    for (const task of given.filter(({ orderedMillis, pool }) => orderedMillis < sinceMillis && pool === undefined)) {
      const passed = waiting.find((other) => isFirst(other, task))
      if (passed !== undefined)
        this.#verdict.broken(
          "priority",
          `${task.id} (priority ${task.priority}) was given before ${passed.id} (priority ${passed.priority})`,
        )
    }
  }
}
