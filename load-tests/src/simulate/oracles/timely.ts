import { isInPool } from "@muster/domain"
import { keys } from "@muster/team-bus"
import type { House } from "../actors/house.ts"
import type { Execution } from "./executors.ts"
import { millisOf } from "./instants.ts"
import { journalOf } from "./journal.ts"
import type { TaskRecord } from "./records.ts"

/** Dispatchers look every second at what is due; recording takes its time. */
const TICK_MARGIN_MILLIS = 3_000
/** From an assignment to its entry in the inbox. */
const DELIVERY_MARGIN_MILLIS = 5_000
/** From a cancel to its confirmation: delivery, two seconds at most in the agent, and the report's way back. */
const CANCEL_MARGIN_MILLIS = 7_000
/** Work that was not begun is cancelled when a slot is free to say so, or its lease ends. */
const CANCEL_UNBEGUN_MARGIN_MILLIS = 36_000
/** From a kill switch to the last confirmation, or to the record that there is none. */
const HALT_MARGIN_MILLIS = 8_000
/** A time limit is the agent's to keep, including the end of a session that does not want to. */
const LIMIT_MARGIN_MILLIS = 8_000
/** The dispatcher gives the agent so long, and a tick. */
const LIMIT_GRACE_MILLIS = 15_000
const LIMIT_ENFORCED_MARGIN_MILLIS = 3_000
const REPORT_MARGIN_MILLIS = 15_000
/** Work and room for it do not stand beside each other for so long. */
const IDLE_MARGIN_MILLIS = 6_000

const ANSWER_MARGIN_MILLIS = 6_000
/** An agent that missed the word to stop is told again after three heartbeats. */
const STRAY_MARGIN_MILLIS = 22_000

/** Tells when something has been so for too long. */
type Lasts = (oracle: string, what: string, marginMillis: number) => void

/**
 * In quiet times everything happens soon: looked at every second once all has been well for a while. `sinceMillis` is when the
 * quiet began: nothing that was due before counts from earlier than that.
 */
export class TimelyOracle {
  readonly #house: House
  readonly #sinceMillis: number
  readonly #firstSeen = new Map<string, number>()

  constructor(house: House, sinceMillis: number) {
    this.#house = house
    this.#sinceMillis = sinceMillis
  }

  look(): void {
    const seen = new Set<string>()
    const lasts: Lasts = (oracle, what, marginMillis) => {
      const key = `${oracle}: ${what}`
      seen.add(key)
      const since = this.#firstSeen.get(key) ?? this.#house.nowMillis
      this.#firstSeen.set(key, since)
      if (this.#house.nowMillis - since > marginMillis)
        this.#house.verdict.broken(oracle, `${what} for ${Math.round(this.#house.nowMillis - since)} ms`)
    }
    for (const execution of this.#house.executors.running()) this.#lookAtExecution(execution, lasts)
    for (const task of this.#house.ledger.tasks.values()) this.#lookAtDelivery(task, lasts)
    if (this.#house.nowMillis > this.#sinceMillis) {
      for (const task of this.#house.ledger.tasks.values()) if (task.phase !== "closed") this.#lookAtTask(task, lasts)
      this.#lookAtMembers(lasts)
    }
    for (const key of this.#firstSeen.keys()) if (!seen.has(key)) this.#firstSeen.delete(key)
  }

  /**
   * Looked at earlier than the rest: work whose answer was lost, or that has ended long ago, ends by its time limit, and then nothing is
   * to be seen any more.
   */
  #lookAtExecution({ assignmentId, taskId, heard, isPaused }: Execution, lasts: Lasts): void {
    const held = this.#house.ledger.tasks.get(taskId)?.held
    if (held?.id !== assignmentId)
      return lasts(
        "nobody works on what has ended",
        `assignment ${assignmentId} of ${taskId} goes on`,
        STRAY_MARGIN_MILLIS,
      )
    if (isPaused && !held.isPaused)
      lasts("answers reach their agent", `${taskId} stands still although it was resumed`, ANSWER_MARGIN_MILLIS)
    for (const request of held.answered)
      if (!heard.has(request))
        lasts("answers reach their agent", `the answer to ${request} of ${taskId} is not heard`, ANSWER_MARGIN_MILLIS)
  }

  /** Also looked at earlier: an assignment that nobody has is taken back after a lease. */
  #lookAtDelivery({ id, held }: TaskRecord, lasts: Lasts): void {
    const machine = held && this.#house.machineOf(held.memberId)
    if (held === undefined || machine === undefined) return
    const inbox = this.#house.places.redis.data.stream(keys.inbox(machine))
    const entryId = `${held.position}-0`
    if (inbox?.find(entryId) !== undefined || journalOf(machine.folder).taken.has(held.id)) return
    const isQuiet = this.#house.nowMillis > this.#sinceMillis
    if (!isQuiet && this.#house.lostEntries.has(`${held.memberId} ${entryId}`)) return
    lasts(
      "delivery",
      `assignment ${held.id} of ${id} is neither in the inbox nor with its agent`,
      DELIVERY_MARGIN_MILLIS,
    )
  }

  #lookAtTask(task: TaskRecord, lasts: Lasts): void {
    const { nowMillis, ledger } = this.#house
    const { id, phase, held, spec } = task
    const isPast = (millis: number) => millis <= nowMillis
    if (spec.deadlineAt !== undefined && isPast(millisOf(spec.deadlineAt)))
      lasts("deadlines", `${id} is open beyond its deadline`, TICK_MARGIN_MILLIS)
    if (phase === "retrying" && isPast(task.dueMillis))
      lasts("retry policy", `${id} is not tried again`, TICK_MARGIN_MILLIS)
    if (phase === "waiting") {
      const standings = spec.after.map((other) => ledger.tasks.get(other))
      const isStuck = standings.some((other) => other?.phase === "closed" && other.closedAs !== "TaskSucceeded")
      const isFree = standings.every((other) => other?.closedAs === "TaskSucceeded")
      if (isStuck) lasts("dependencies", `${id} waits for what has failed`, TICK_MARGIN_MILLIS)
      if (isFree && (spec.notBefore === undefined || isPast(millisOf(spec.notBefore))))
        lasts("start times", `${id} waits for nothing`, TICK_MARGIN_MILLIS)
    }
    const member = ledger.members.get(task.memberId)
    if (held === undefined && task.pool === undefined && member?.removedPosition !== undefined)
      lasts("who may be given work", `${id} is open although its member was removed`, TICK_MARGIN_MILLIS)
    if (held === undefined) return
    if (ledger.teams.get(task.teamId)?.haltedPosition !== undefined)
      lasts("kill switch", `${id} goes on although its team was halted`, HALT_MARGIN_MILLIS)
    if (held.cancelAskedMillis !== undefined)
      lasts(
        "cancel",
        `${id} goes on although it is to be cancelled`,
        held.isStarted ? CANCEL_MARGIN_MILLIS : CANCEL_UNBEGUN_MARGIN_MILLIS,
      )
    const { activeMillis, activeSinceMillis } = held
    const active = activeMillis + (activeSinceMillis === undefined ? 0 : nowMillis - activeSinceMillis)
    // The agent counts for itself; the dispatcher by what is recorded, and only steps in later.
    const { executors } = this.#house
    const execution = executors.of(held.id)
    if (
      execution !== undefined &&
      executors.isRunning(held.id) &&
      executors.activeMillisOf(execution) > spec.timeLimitMillis
    )
      lasts("time limits", `${id} runs beyond its limit`, LIMIT_MARGIN_MILLIS)
    if (active > spec.timeLimitMillis + LIMIT_GRACE_MILLIS)
      lasts("time limits", `nobody has ended ${id}`, LIMIT_ENFORCED_MARGIN_MILLIS)
  }

  #lookAtMembers(lasts: Lasts): void {
    const { ledger } = this.#house
    for (const { memberId, folder, number } of this.#house.liveMachines()) {
      for (const [seq, sinceMillis] of journalOf(folder).unacked)
        if (sinceMillis > this.#sinceMillis)
          lasts("reports are acknowledged", `report ${seq} of agent ${number} is not`, REPORT_MARGIN_MILLIS)
      const member = ledger.members.get(memberId)
      const team = ledger.teams.get(member?.teamId ?? "")
      const slots = member?.slots.at(-1)?.count ?? 0
      const bars = [
        member?.pausedPosition,
        member?.drainingPosition,
        team?.pausedPosition,
        team?.drainingPosition,
        team?.haltedPosition,
      ]
      if (bars.some((position) => position !== undefined)) continue
      const skills = member?.skills.at(-1)?.names ?? []
      const held = ledger.heldBy(memberId).length
      // Work of a pool goes to a free slot only, one's own also into the window beyond them.
      const hasRoom = ({ pool, memberId: named, teamId }: TaskRecord) =>
        pool === undefined
          ? named === memberId && held < slots + 1
          : teamId === member?.teamId && isInPool(skills, pool) && held < slots
      if ([...ledger.tasks.values()].some((task) => task.phase === "queued" && hasRoom(task)))
        lasts("work meets room", `agent ${number} has room, and work waits for it`, IDLE_MARGIN_MILLIS)
      if (member?.isPresent === false) lasts("presence", `agent ${number} is taken for absent`, 2 * IDLE_MARGIN_MILLIS)
    }
  }
}
