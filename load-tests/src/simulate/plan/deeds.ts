import {
  isInPool,
  type ApprovalId,
  type MemberId,
  type PoolTarget,
  type QuestionId,
  type ScheduleId,
  type TaskId,
  type TeamId,
} from "@muster/domain"
import { skillsOf, type Dispatched, type House } from "../actors/house.ts"
import { v7 } from "../shims/uuid.ts"
import { randomSpec } from "./specs.ts"

const RESUME_MIN_MILLIS = 2_000
const RESUME_MAX_MILLIS = 15_000

/** At the end people wait no longer than this for work that runs. */
const LONG_WORK_MILLIS = 5_000

const BURST_MAX_TASKS = 4
const BURST_MAX_MILLIS = 3_000

type Deed = (house: House) => void

const anyPool = (house: House): PoolTarget => ({
  skills: house.dice.pick([["reading"], ["Writing"], ["writing", "reading"]]),
})

const anyTask = (house: House): Dispatched | undefined =>
  house.acknowledged.length === 0 ? undefined : house.dice.pick(house.acknowledged)

/** Somebody of the same team, as a rule one who is still there. */
const anyMember = (house: House, teamId: TeamId): MemberId | undefined => {
  const mates = house.liveMachines().filter((machine) => machine.teamId === teamId)
  return mates.length === 0 ? undefined : house.dice.pick(mates).memberId
}

const cancel: Deed = (house) => {
  const task = anyTask(house)
  if (task !== undefined) void house.people.task(task.teamId, task.taskId, { kind: "cancel", reason: "not needed" })
}

const again =
  (kind: "retry" | "redrive"): Deed =>
  (house) => {
    const closed = house.acknowledged.filter(({ taskId }) => {
      const record = house.ledger.tasks.get(taskId)
      return record?.phase === "closed" && (record.closedAs === "TaskDeadLettered") === (kind === "redrive")
    })
    const task = closed.length > 0 && house.dice.chance(0.8) ? house.dice.pick(closed) : anyTask(house)
    if (task === undefined) return
    const memberId = house.dice.chance(0.3) ? anyMember(house, task.teamId) : undefined
    const target = memberId === undefined ? (house.dice.chance(0.2) ? { pool: anyPool(house) } : {}) : { memberId }
    void house.people.task(task.teamId, task.taskId, { kind, ...target })
  }

const discard: Deed = (house) => {
  const task = anyTask(house)
  if (task !== undefined) void house.people.task(task.teamId, task.taskId, { kind: "discard", reason: "no use" })
}

const pauseTask: Deed = (house) => {
  const task = anyTask(house)
  if (task === undefined) return
  void house.people.task(task.teamId, task.taskId, { kind: "pause" })
  house.after(house.dice.between(RESUME_MIN_MILLIS, RESUME_MAX_MILLIS), () => {
    void house.people.task(task.teamId, task.taskId, { kind: "resume" })
  })
}

const prioritise: Deed = (house) => {
  const task = anyTask(house)
  if (task !== undefined)
    void house.people.task(task.teamId, task.taskId, { kind: "prioritise", priority: house.dice.below(10) })
}

const reassign: Deed = (house) => {
  const waiting = house.acknowledged.filter(({ taskId }) => house.ledger.tasks.get(taskId)?.phase === "queued")
  const task = waiting.length > 0 && house.dice.chance(0.8) ? house.dice.pick(waiting) : anyTask(house)
  if (task === undefined) return
  const memberId = anyMember(house, task.teamId)
  const target = memberId === undefined || house.dice.chance(0.3) ? { pool: anyPool(house) } : { memberId }
  void house.people.task(task.teamId, task.taskId, { kind: "reassign", target })
}

const pauseMember: Deed = (house) => {
  const machines = house.liveMachines()
  if (machines.length === 0) return
  const { teamId, memberId } = house.dice.pick(machines)
  void house.people.member(teamId, memberId, { kind: "pause", reason: "lunch" })
  house.after(house.dice.between(RESUME_MIN_MILLIS, 3 * RESUME_MAX_MILLIS), () => {
    void house.people.member(teamId, memberId, { kind: "resume" })
  })
}

const pauseTeam: Deed = (house) => {
  const teamId = house.dice.pick(house.teams)
  void house.people.team(teamId, { kind: "pause", reason: "meeting" })
  house.after(house.dice.between(RESUME_MIN_MILLIS, 2 * RESUME_MAX_MILLIS), () => {
    void house.people.team(teamId, { kind: "resume" })
  })
}

const drain: Deed = (house) => {
  const machines = house.liveMachines()
  if (machines.length === 0) return
  const { teamId, memberId } = house.dice.pick(machines)
  const isTeam = house.dice.chance(0.3)
  const command = { kind: "drain", reason: "maintenance" } as const
  void (isTeam ? house.people.team(teamId, command) : house.people.member(teamId, memberId, command))
  house.after(house.dice.between(RESUME_MIN_MILLIS, 2 * RESUME_MAX_MILLIS), () => {
    void (isTeam
      ? house.people.team(teamId, { kind: "resume" })
      : house.people.member(teamId, memberId, { kind: "resume" }))
  })
}

/** The kill switch: everything stops, until somebody lifts it. */
const halt: Deed = (house) => {
  const teamId = house.dice.pick(house.teams)
  const cancelQueued = house.dice.chance(0.4)
  void house.people.team(teamId, { kind: "halt", by: "team", reason: "alarm", cancelQueued })
  house.after(house.dice.between(RESUME_MIN_MILLIS, 2 * RESUME_MAX_MILLIS), () => {
    void house.people.team(teamId, { kind: "release", by: "team", reason: "all clear" })
  })
}

const editSlots: Deed = (house) => {
  const machines = house.liveMachines()
  if (machines.length === 0) return
  const { teamId, memberId, number } = house.dice.pick(machines)
  const profile = {
    handle: `m${number}`,
    name: `Member ${number}`,
    role: "member",
    runtime: "simulated",
    runtimeOptions: {},
    slots: 1 + house.dice.below(3),
    skills: house.dice.chance(0.3) ? [] : skillsOf(house.dice.below(3)),
    placement: "manual",
  } as const
  void house.people.member(teamId, memberId, { kind: "edit", profile })
}

const removeMember: Deed = (house) => {
  const machines = house.liveMachines()
  const machine = machines.length === 0 ? undefined : house.dice.pick(machines)
  if (machine === undefined || machines.filter(({ teamId }) => teamId === machine.teamId).length < 2) return
  const { teamId, memberId } = machine
  const remove = async () => {
    const answer = await house.people.member(teamId, memberId, { kind: "remove", reason: "left" })
    if (answer === "acknowledged") house.revoke(memberId)
  }
  void remove()
}

const dispatchTo = (house: House, teamId: TeamId, memberId: MemberId): void => {
  const earlier: readonly TaskId[] = house.acknowledged
    .filter((task) => task.teamId === teamId)
    .map(({ taskId }) => taskId)
  const number = house.acknowledged.length + 1
  const target = house.dice.chance(0.2) ? { pool: anyPool(house) } : { memberId }
  void house.dispatch(
    teamId,
    randomSpec({ dice: house.dice, number, target, earlier, wallMillis: house.wallMillis, isHard: !house.isHealed }),
  )
}

/** Often one thing leads to another for the same member. */
const dispatch: Deed = (house) => {
  const teamId = house.dice.pick(house.teams)
  const memberId = anyMember(house, teamId)
  if (memberId === undefined) return
  dispatchTo(house, teamId, memberId)
  for (let n = 0; n < BURST_MAX_TASKS && house.dice.chance(0.35); n += 1)
    house.after(house.dice.between(0, BURST_MAX_MILLIS), () => dispatchTo(house, teamId, memberId))
}

/** Work that comes every minute. */
export const doSchedule: Deed = (house) => {
  const teamId = house.dice.pick(house.teams)
  const memberId = anyMember(house, teamId)
  if (memberId === undefined) return
  const scheduleId = v7() as ScheduleId
  const { dice, wallMillis } = house
  const random = randomSpec({ dice, number: 0, target: { memberId }, earlier: [], wallMillis, isHard: false })
  const { after: _after, deadlineAt: _deadline, notBefore: _start, ...task } = random
  const spec = {
    name: "every minute",
    cron: "* * * * *",
    timeZone: "UTC",
    overlap: dice.pick(["skip", "queue"] as const),
    catchUp: dice.pick(["one", "none"] as const),
    task,
  }
  const from = new Date(wallMillis).toISOString()
  void house.people.schedule(teamId, scheduleId, { kind: "create", scheduleId, teamId, spec, from, requestHash: "" })
}

/** What people do beside dispatching, and how often. */
const deeds: readonly (readonly [weight: number, Deed])[] = [
  [30, cancel],
  [14, again("retry")],
  [10, again("redrive")],
  [10, pauseTask],
  [12, prioritise],
  [8, reassign],
  [12, pauseMember],
  [3, pauseTeam],
  [6, editSlots],
  [4, discard],
  [4, drain],
  [2, halt],
  [2, removeMember],
]

export const doDispatch = dispatch
export const doSomething: Deed = (house) => house.dice.weighted(deeds)(house)

/** Answers what agents ask; a person may take a while. */
export const answerRequests = (house: House, willingness: number): void => {
  for (const { id, teamId, held } of house.ledger.tasks.values()) {
    if (held === undefined) continue
    for (const request of held.openRequests) {
      if (!house.dice.chance(willingness)) continue
      const isApproved = house.dice.chance(0.85)
      const taskId = id as TaskId
      const team = teamId as TeamId
      // Only one of the two fits: the other is refused, as a person's mistake would be.
      void house.people.task(team, taskId, { kind: "answer", questionId: request as QuestionId, answer: "yes" })
      void house.people.task(team, taskId, {
        kind: "decide-approval",
        approvalId: request as ApprovalId,
        isApproved,
        comment: "",
        hash: held.shown.get(request) ?? "",
      })
    }
  }
}

const hasSkilled = (house: House, teamId: string, pool: PoolTarget): boolean =>
  house.liveMachines().some((machine) => {
    const skills = house.ledger.members.get(machine.memberId)?.skills.at(-1)?.names ?? []
    return machine.teamId === teamId && isInPool(skills, pool)
  })

/** Nothing stays paused, and what would never end by itself is cancelled. */
export const tidyUp = (house: House, cancelsHangers: boolean): void => {
  const { ledger, people, executors } = house
  for (const { id, pausedPosition, drainingPosition, haltedPosition } of ledger.teams.values()) {
    if (haltedPosition !== undefined)
      void people.team(id as TeamId, { kind: "release", by: "team", reason: "all is well" })
    if (pausedPosition !== undefined || drainingPosition !== undefined)
      void people.team(id as TeamId, { kind: "resume" })
  }
  for (const { id, teamId, isDeleted } of house.schedules.schedules.values())
    if (cancelsHangers && !isDeleted)
      void people.schedule(teamId as TeamId, id as ScheduleId, { kind: "delete", reason: "enough" })
  for (const { id, teamId, pausedPosition, drainingPosition, removedPosition } of ledger.members.values())
    if ((pausedPosition !== undefined || drainingPosition !== undefined) && removedPosition === undefined)
      void people.member(teamId as TeamId, id as MemberId, { kind: "resume" })
  for (const { id, teamId, phase, pool, held, spec, isCancelAsked } of ledger.tasks.values()) {
    // Work that nobody has the skills for waits for somebody who has: for ever, if need be.
    if (cancelsHangers && phase === "queued" && pool !== undefined && !hasSkilled(house, teamId, pool))
      void people.task(teamId as TeamId, id as TaskId, { kind: "cancel", reason: "nobody can do it" })
    if (held?.isPaused === true) void people.task(teamId as TeamId, id as TaskId, { kind: "resume" })
    const isHanging = (spec.runtimeOptions.simulated?.steps ?? []).some(({ kind }) => kind === "hang")
    const beganMillis = held === undefined ? undefined : executors.of(held.id)?.beganMillis
    const isLong =
      beganMillis !== undefined &&
      house.nowMillis - beganMillis > LONG_WORK_MILLIS &&
      held !== undefined &&
      executors.isRunning(held.id)
    if (cancelsHangers && held !== undefined && !isCancelAsked && (isHanging || isLong))
      void people.task(teamId as TeamId, id as TaskId, { kind: "cancel", reason: "enough" })
  }
}
