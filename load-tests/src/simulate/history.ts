import { createHash } from "node:crypto"
import type { EventData } from "@muster/domain"
import { keys } from "@muster/team-bus"
import { House } from "./actors/house.ts"
import { env } from "./engine/world-clock.ts"
import * as limits from "./limits.ts"
import { journalOf } from "./oracles/journal.ts"
import { TimelyOracle } from "./oracles/timely.ts"
import type { Violation } from "./oracles/verdict.ts"
import { checkViews } from "./oracles/views.ts"
import { answerRequests, doDispatch, doSchedule, doSomething, tidyUp } from "./plan/deeds.ts"
import { Faults } from "./plan/faults.ts"
import { silentTrace, type Trace } from "./trace.ts"

/** What a history came to. */
export interface HistoryResult {
  readonly seed: number
  readonly dispatches: number
  readonly faults: number
  readonly virtualMillis: number
  readonly events: number
  readonly executions: number
  readonly steps: number
  /** SHA-256 of the event log: the same for the same seed. */
  readonly logHash: string
  readonly violations: readonly Violation[]
}

const SHOWN_MAX_CHARS = 300
/** An agent that was well and at work so long must not lose its lease. */
const LEASE_CERTAIN_MILLIS = 31_000
/** A new inbox is filled with what is held at the latest after this time. */
const DELIVERY_CERTAIN_MILLIS = 20_000

/** Puts the oracles between the log, the bus and who uses them. */
const observe = (house: House): void => {
  const { log, redis } = house.places
  log.observer = {
    asked: (by, requests) => house.assigning.asked(by, requests),
    answered: (by, request) => house.assigning.answered(by, request),
    told: (by, position) => house.assigning.told(by, position),
    recorded: (events, by) => {
      for (const event of events) {
        if (!house.trace.isSilent) {
          const { position, type, stream, revision, data } = event
          house.trace.say("log", position, `${type} ${stream}#${revision} by ${by?.name}`, data as object)
        }
        if (event.type === "TaskLeaseExpired") checkLease(house, event.data as EventData<"TaskLeaseExpired">)
        house.ledger.take(event)
        house.schedules.take(event)
        if (event.type === "MemberStopOrdered")
          house.stopAgent(
            event.stream.slice("member-".length),
            (event.data as EventData<"MemberStopOrdered">).incarnation,
          )
      }
    },
  }
  redis.observer = {
    added: (key, id, fields, party) => {
      if (!house.trace.isSilent) {
        const body = fields.join(" ").slice(0, SHOWN_MAX_CHARS)
        house.trace.say("bus", "added", `${key.slice(key.indexOf("}"))} ${id} by ${party}: ${body}`)
      }
      house.reports.added(key, id, fields, party)
    },
    removed: (key, ids, party) => house.reports.removed(key, ids, party),
  }
}

/** What is taken back because nobody began it was in the inbox: only the bus may have lost it. */
const checkDelivered = (house: House, assignmentId: string): void => {
  const held = [...house.ledger.tasks.values()].find((task) => task.held?.id === assignmentId)?.held
  const machine = held && house.machineOf(held.memberId)
  const inbox = machine && house.places.redis.data.stream(keys.inbox(machine))
  if (held === undefined || inbox === undefined || inbox.bornMillis > house.nowMillis - DELIVERY_CERTAIN_MILLIS) return
  if (!inbox.everAdded.has(`${held.position}-0`))
    house.verdict.broken("delivery", `assignment ${assignmentId} was taken back, but had never been in the inbox`)
}

/** Silence that nobody could hear proves nothing: an agent that is well and at work keeps its lease. */
const checkLease = (house: House, { assignmentId, reason }: EventData<"TaskLeaseExpired">): void => {
  const execution = house.executors.of(assignmentId)
  if (reason !== "no-heartbeat") return
  if (execution === undefined) return checkDelivered(house, assignmentId)
  if (!house.executors.isRunning(assignmentId)) return
  const sinceMillis = house.nowMillis - LEASE_CERTAIN_MILLIS
  const machine = house.machines.find(({ process }) => process === execution.process)
  if (machine !== undefined && machine.fineSinceMillis <= sinceMillis && execution.beganMillis <= sinceMillis)
    house.verdict.broken("leases", `${assignmentId} was taken from agent ${machine.number}, which is well and at work`)
}

const unsettled = (house: House): readonly string[] => {
  const left: string[] = []
  for (const { id, phase } of house.ledger.tasks.values()) if (phase !== "closed") left.push(`task ${id} is ${phase}`)
  for (const machine of house.liveMachines()) {
    const { unacked, open } = journalOf(machine.folder)
    if (unacked.size > 0) left.push(`agent ${machine.number} keeps reports ${[...unacked.keys()].join(", ")}`)
    if (open.size > 0) left.push(`agent ${machine.number} keeps assignments ${[...open].join(", ")}`)
    const outbox = house.places.redis.data.stream(keys.outbox(machine))?.entries.length ?? 0
    if (outbox > 0) left.push(`${outbox} reports of agent ${machine.number} lie on the bus`)
  }
  return left
}

const plan = async (house: House, faults: Faults): Promise<void> => {
  const { dice } = house
  const teams = dice.chance(0.25) ? 2 : 1
  const members = 2 + dice.below(3)
  for (let n = 0; n < teams; n += 1) await house.createTeam()
  house.startDispatcher()
  if (dice.chance(0.6)) house.startDispatcher()
  for (let n = 0; n < members; n += 1)
    await house.addMember(house.teams[n % teams] ?? dice.pick(house.teams), 1 + dice.below(3))

  const within = (low: number, high: number, work: () => void) => house.after(dice.between(low, high), work)
  const spread = (count: number, low: number, high: number, work: () => void) => {
    for (let n = 0; n < count; n += 1) within(low, high, work)
  }
  spread(9 + dice.below(8), 500, limits.WORK_MILLIS, () => doDispatch(house))
  if (dice.chance(0.35)) within(500, limits.WORK_MILLIS / 2, () => doSchedule(house))
  spread(8 + dice.below(16), 3_000, limits.WORK_MILLIS, () => doSomething(house))
  spread(8 + dice.below(10), limits.FAULTS_FROM_MILLIS, limits.FAULTS_UNTIL_MILLIS, () => faults.strike())
  house.after(limits.HEAL_MILLIS, () => faults.heal())
  // In the quiet at the end, what people ask for must happen soon.
  spread(3 + dice.below(4), limits.QUIET_MILLIS, limits.QUIET_UNTIL_MILLIS, () => doDispatch(house))
  spread(2 + dice.below(5), limits.QUIET_MILLIS, limits.QUIET_UNTIL_MILLIS, () => doSomething(house))
}

const every = (house: House, millis: number, work: () => void): void => {
  const again = () => {
    work()
    house.after(millis, again)
  }
  house.after(millis, again)
}

/** Plays one history from its seed to its end, and judges it. */
export const playHistory = async (
  seed: number,
  trace: (nowMillis: () => number) => Trace = () => silentTrace,
): Promise<HistoryResult> => {
  const house = new House(seed, trace)
  observe(house)
  const faults = new Faults(house)
  const { scheduler } = env()
  const unexpected = (error: unknown) =>
    house.verdict.broken("no rejection is left alone", error instanceof Error ? String(error.stack) : String(error))
  process.on("unhandledRejection", unexpected)
  const timely = new TimelyOracle(house, limits.QUIET_MILLIS)
  house.after(0, () => void plan(house, faults))
  every(house, limits.ANSWER_MILLIS, () => answerRequests(house, house.isHealed ? 1 : 0.4))
  every(house, limits.LOOK_MILLIS, () => {
    if (house.isHealed) tidyUp(house, house.nowMillis > limits.QUIET_UNTIL_MILLIS)
    if (house.nowMillis > limits.CALM_MILLIS) timely.look()
    if (house.nowMillis > limits.QUIET_MILLIS) house.schedules.look(house.nowMillis)
  })
  let isSettled = false
  every(house, limits.LOOK_MILLIS, () => {
    isSettled =
      house.nowMillis > limits.QUIET_UNTIL_MILLIS + limits.LAST_COMMANDS_MILLIS && unsettled(house).length === 0
  })
  await scheduler.runUntil(() => isSettled || house.verdict.isBroken, limits.END_MILLIS)
  if (!house.verdict.isBroken) {
    if (!isSettled) house.verdict.broken("everything ends", unsettled(house).join("; "))
    for (const { taskId } of house.acknowledged)
      if (house.ledger.tasks.get(taskId) === undefined) house.verdict.broken("nothing acknowledged is lost", taskId)
    house.reports.checkNumbers()
    checkViews(house)
  }
  process.off("unhandledRejection", unexpected)
  const { events } = house.places.log
  const hash = createHash("sha256")
  for (const event of events) hash.update(JSON.stringify(event))
  return {
    seed,
    dispatches: house.acknowledged.length,
    faults: faults.count,
    virtualMillis: scheduler.nowMillis,
    events: events.length,
    executions: house.executors.count,
    steps: scheduler.steps,
    logHash: hash.digest("hex"),
    violations: house.verdict.violations,
  }
}
