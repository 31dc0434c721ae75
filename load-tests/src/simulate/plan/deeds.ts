import type { ApprovalId, MemberId, QuestionId, TaskId, TeamId } from "@muster/domain"
import type { Dispatched, House } from "../actors/house.ts"
import { randomSpec } from "./specs.ts"

const RESUME_MIN_MILLIS = 2_000
const RESUME_MAX_MILLIS = 15_000

type Deed = (house: House) => void

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
    void house.people.task(task.teamId, task.taskId, { kind, ...(memberId === undefined ? {} : { memberId }) })
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
    skills: [],
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

const dispatch: Deed = (house) => {
  const teamId = house.dice.pick(house.teams)
  const memberId = anyMember(house, teamId)
  if (memberId === undefined) return
  const earlier: readonly TaskId[] = house.acknowledged
    .filter((task) => task.teamId === teamId)
    .map(({ taskId }) => taskId)
  const number = house.acknowledged.length + 1
  void house.dispatch(teamId, randomSpec({ dice: house.dice, number, memberId, earlier, wallMillis: house.wallMillis }))
}

/** What people do beside dispatching, and how often. */
const deeds: readonly (readonly [weight: number, Deed])[] = [
  [30, cancel],
  [14, again("retry")],
  [10, again("redrive")],
  [10, pauseTask],
  [12, prioritise],
  [7, pauseMember],
  [3, pauseTeam],
  [6, editSlots],
  [2, removeMember],
]

export const doDispatch = dispatch
export const doSomething: Deed = (house) => house.dice.weighted(deeds)(house)

/** Answers what agents ask; a person may take a while. */
export const answerRequests = (house: House, willingness: number): void => {
  for (const { id, teamId, held } of house.ledger.tasks.values())
    for (const request of held?.openRequests ?? []) {
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
      })
    }
}

/** Nothing stays paused, and what would never end by itself is cancelled. */
export const tidyUp = (house: House, cancelsHangers: boolean): void => {
  const { ledger, people } = house
  for (const { id, pausedPosition } of ledger.teams.values())
    if (pausedPosition !== undefined) void people.team(id as TeamId, { kind: "resume" })
  for (const { id, teamId, pausedPosition, removedPosition } of ledger.members.values())
    if (pausedPosition !== undefined && removedPosition === undefined)
      void people.member(teamId as TeamId, id as MemberId, { kind: "resume" })
  for (const { id, teamId, held, spec, isCancelAsked } of ledger.tasks.values()) {
    if (held?.isPaused === true) void people.task(teamId as TeamId, id as TaskId, { kind: "resume" })
    const steps = spec.runtimeOptions.simulated?.steps ?? []
    if (cancelsHangers && held !== undefined && !isCancelAsked && steps.some(({ kind }) => kind === "hang"))
      void people.task(teamId as TeamId, id as TaskId, { kind: "cancel", reason: "it hangs" })
  }
}
