import {
  decideDispatcher,
  decideMarks,
  decideMember,
  decideOrganisation,
  decideReport,
  decideSchedule,
  decideTask,
  decideTeam,
  absentMember,
  absentOrganisation,
  absentSchedule,
  absentTask,
  absentTeam,
  catalogue,
  evolveMarks,
  evolveMember,
  evolveOrganisation,
  evolveSchedule,
  evolveTask,
  evolveTeam,
  fact,
  noMarks,
  streams,
  type CommandId,
  type Decision,
  type EventMeta,
  type Fact,
  type MemberCommand,
  type MemberId,
  type MemberState,
  type NeedMark,
  type NeedMarks,
  type NewEvent,
  type OrganisationState,
  type OrgId,
  type Position,
  type ScheduleId,
  type ScheduleState,
  type TaskId,
  type TaskState,
  type TeamId,
  type TeamState,
  type UserId,
} from "@muster/domain"
import { childOf, dispatcherCommands, personCommands, reports, spec } from "#src/testing/asks.ts"
import { DECIDED_AT_MILLIS, memberCommand, profile, scheduleCommand, teamCommand } from "#src/testing/crew-asks.ts"
import { makeDice, uuid, type Dice } from "#src/testing/dice.ts"

/** An event of a made-up history, with the stream it belongs to. */
export interface HistoryEvent {
  readonly stream: string
  readonly event: NewEvent
}

export interface HistoryOptions {
  /** Ids of one history differ from those of another number. Default 0. */
  readonly number?: number
  /** Organisations with one team each. Default 2. */
  readonly teams?: number
  /** Mixes in events that no command could have made: transitions the table forbids, data without what it must have. */
  readonly poison?: boolean
}

interface Team {
  readonly org: OrgId
  readonly id: TeamId
  readonly user: UserId
  state: TeamState
  readonly members: Map<MemberId, MemberState>
  readonly tasks: Map<TaskId, TaskState>
  readonly schedules: Map<ScheduleId, ScheduleState>
  organisation: OrganisationState
  /** Of the owner, on what waits for people. */
  marks: NeedMarks
}

/** Everything that happens goes through the real decide and evolve: what comes out is a history the product can write. */
const makeHistory = ({ number = 0, teams: teamCount = 2, poison = false }: HistoryOptions) => {
  let minted = 0
  const mint = (): string => uuid(number, (minted += 1))
  const events: HistoryEvent[] = []
  const append = (team: Team, stream: string, type: string, data: object, schema = 1): void => {
    const meta: EventMeta = {
      org: team.org,
      ...(stream.startsWith("user-") || stream.startsWith("org-") ? {} : { team: team.id }),
      actor: { kind: "person", id: team.user, via: "web" },
      commandId: mint() as CommandId,
      correlationId: mint(),
    }
    events.push({ stream, event: { id: mint() as NewEvent["id"], type, schema, data, meta } })
  }
  const record = <S, F extends Fact>(
    team: Team,
    stream: string,
    before: S,
    { facts = [] }: Decision<F>,
    evolve: (state: S, fact: F) => S,
  ): S =>
    facts.reduce((state, fact) => {
      append(team, stream, fact.type, fact.data, catalogue[fact.type].schema)
      return evolve(state, fact)
    }, before)

  const addMember = (team: Team, dice: Dice): void => {
    const memberId = mint() as MemberId
    const command = {
      kind: "add" as const,
      memberId,
      teamId: team.id,
      profile: profile(`m${team.members.size + 1}`, dice),
      requestHash: "hash",
    }
    const decision = decideMember(absentMember, command)
    team.members.set(memberId, record(team, streams.member(memberId), absentMember, decision, evolveMember))
  }

  const dispatch = (team: Team, dice: Dice): void => {
    const taskId = mint() as TaskId
    const memberId = dice.pick([...team.members.keys()])
    const after = dice.oneIn(5) ? [...team.tasks.keys()].slice(-1) : []
    const command = {
      kind: "dispatch" as const,
      taskId,
      teamId: team.id,
      spec: spec(memberId, after, dice),
      requestHash: "hash",
    }
    team.tasks.set(taskId, record(team, streams.task(taskId), absentTask, decideTask(absentTask, command), evolveTask))
  }

  const onTask = (team: Team, dice: Dice, decide: (state: TaskState) => Decision<never> | Decision): void => {
    if (team.tasks.size === 0) return dispatch(team, dice)
    // Mostly the newest ones, so that stories go on; now and then any.
    const ids = [...team.tasks.keys()]
    const id = dice.pick(dice.oneIn(4) ? ids : ids.slice(-3))
    const state = team.tasks.get(id) ?? absentTask
    const decision = decide(state) as ReturnType<typeof decideTask>
    team.tasks.set(id, record(team, streams.task(id), state, decision, evolveTask))
  }

  const onMember = (team: Team, dice: Dice): void => {
    const id = dice.pick([...team.members.keys()])
    const state = team.members.get(id) ?? absentMember
    const command = memberCommand(state, { dice, mint }, team.members.size > 1)
    team.members.set(id, record(team, streams.member(id), state, decideMember(state, command), evolveMember))
  }

  const onTeam = (team: Team, dice: Dice): void => {
    const command = teamCommand(team.state, { dice, mint }, events.length)
    team.state = record(team, streams.team(team.id), team.state, decideTeam(team.state, command), evolveTeam)
  }

  const onSchedule = (team: Team, dice: Dice): void => {
    const ids = [...team.schedules.keys()]
    const id = ids.length === 0 || dice.oneIn(4) ? (mint() as ScheduleId) : dice.pick(ids)
    const state = team.schedules.get(id) ?? absentSchedule
    const of = { scheduleId: id, teamId: team.id, state }
    const command = scheduleCommand(of, { dice, mint }, () => someMember(team, dice), events.length)
    team.schedules.set(id, record(team, streams.schedule(id), state, decideSchedule(state, command), evolveSchedule))
  }

  const someMember = (team: Team, dice: Dice): MemberId => dice.pick([...team.members.keys()])

  const onEntry = (team: Team, dice: Dice): void => {
    const id = someMember(team, dice)
    const state = team.members.get(id) ?? absentMember
    const entry = String(1 + dice.below(Math.max(1, events.length))) as Position
    const command: MemberCommand = dice.oneIn(2)
      ? { kind: "redrive-entry", entry, stream: "out" }
      : { kind: "discard-entry", entry, reason: "" }
    team.members.set(id, record(team, streams.member(id), state, decideMember(state, command), evolveMember))
  }

  const onOrganisation = (team: Team, dice: Dice): void => {
    const command = dice.pick([
      { kind: "halt", reason: "runaway", cancelQueued: false },
      { kind: "release", reason: "found it" },
    ] as const)
    const { organisation, org } = team
    team.organisation = record(
      team,
      streams.org(org),
      organisation,
      decideOrganisation(organisation, command),
      evolveOrganisation,
    )
  }

  const onNeeds = (team: Team, dice: Dice): void => {
    const waiting = [...team.tasks].flatMap(([id, { openRequests, run }]) =>
      openRequests.length === 0 ? [`run:${id}:${run}`] : openRequests.map((request) => `${request.kind}:${request.id}`),
    )
    if (waiting.length === 0) return
    const until = new Date(DECIDED_AT_MILLIS + events.length * 60_000).toISOString()
    const mark = dice.pick<NeedMark>([{ kind: "done" }, { kind: "snoozed", until }, { kind: "none" }])
    const decision = decideMarks(team.marks, [dice.pick(waiting.slice(-3))], mark)
    team.marks = record(team, streams.user(team.user), team.marks, decision, evolveMarks)
  }

  const aside = (team: Team, dice: Dice): void => {
    const memberId = dice.pick([...team.members.keys()])
    const member = streams.member(memberId)
    dice.pick([
      () => {
        const data = { messageId: mint(), text: `Hello *${dice.below(9)}*`, mentions: [memberId] }
        append(team, streams.chat(team.id), "ChatMessagePosted", data)
      },
      () => {
        const file = { sha256: "ab".repeat(32), name: `notes ✓ ${dice.below(9)}.txt`, mediaType: "text/plain", size: 5 }
        append(team, streams.files(team.id), "FileUploaded", file)
        const data = { messageId: mint(), text: file.name, mentions: [], attachments: [file] }
        append(team, streams.chat(team.id), "ChatMessagePosted", data)
      },
      () => append(team, member, "MemberEntryDeadLettered", { stream: "out", entryId: "1-0", reason: "no JSON" }),
      () => append(team, member, "MemberInboxQuarantined", { lastId: "9-9", setAsideAs: "aside" }),
      () => {
        const scope = { kind: "team", teamId: team.id } as const
        const set = fact("ModelEndpointSet", { scope, baseUrl: null, model: "small-1", isKeyChanged: false })
        const { type, data } = dice.oneIn(2) ? set : fact("ModelEndpointRemoved", { scope })
        append(team, streams.team(team.id), type, data)
      },
      () => append(team, streams.team(team.id), "BusRebuilt", { generation: "g", assignments: 1 }),
      () => append(team, streams.team(team.id), "WeatherChanged", { to: "rain" }),
      () => {
        const userId = mint()
        append(team, streams.user(userId), "UserRegistered", { userId, name: `Person ${minted}`, role: "viewer" })
      },
    ])()
  }

  const spoil = (team: Team, dice: Dice): void => {
    const task = [...team.tasks.keys()].at(-1) ?? (mint() as TaskId)
    dice.pick([
      () => append(team, streams.task(task), "TaskDispatched", { taskId: task, teamId: team.id }),
      () => append(team, streams.task(mint()), "TaskDispatched", {}),
      () => append(team, streams.task(mint()), "TaskStarted", { assignmentId: mint() }),
      () => append(team, streams.chat(team.id), "ChatMessagePosted", {}),
      () => append(team, streams.user(mint()), "UserRegistered", {}),
      () => append(team, streams.member(mint()), "MemberAdded", { memberId: mint(), profile: { placement: 3 } }),
    ])()
  }

  const open = (dice: Dice): Team => {
    const [org, id, user] = [mint() as OrgId, mint() as TeamId, mint() as UserId]
    const team: Team = {
      org,
      id,
      user,
      state: absentTeam,
      members: new Map(),
      tasks: new Map(),
      schedules: new Map(),
      organisation: evolveOrganisation(absentOrganisation, fact("OrganisationCreated", { orgId: org, name: "Org" })),
      marks: noMarks,
    }
    append(team, streams.org(org), "OrganisationCreated", { orgId: org, name: "Org" })
    append(team, streams.user(user), "UserRegistered", { userId: user, name: "Owner", role: "owner" })
    const created = decideTeam(team.state, {
      kind: "create",
      teamId: id,
      profile: { name: `Team of ${number}`, description: "" },
      requestHash: "hash",
    })
    team.state = record(team, streams.team(id), team.state, created, evolveTeam)
    addMember(team, dice)
    return team
  }

  const teams = Array.from({ length: teamCount }, (_, index) => open(makeDice(index + 1)))

  const step = (choice: number): void => {
    const dice = makeDice(choice)
    const team = dice.pick(teams)
    const context = { nowMillis: DECIDED_AT_MILLIS + events.length, random: 0.5 }
    const asks = { dice, mint }
    const acts: readonly (readonly [weight: number, act: () => void])[] = [
      [2, () => dispatch(team, dice)],
      [
        6,
        () =>
          onTask(team, dice, (s) => decideDispatcher(s, dispatcherCommands(s, asks, someMember(team, dice)), context)),
      ],
      [12, () => onTask(team, dice, (s) => decideReport(s, reports(s, asks), context))],
      [1, () => onTask(team, dice, (s) => childOf(s, asks))],
      [4, () => onTask(team, dice, (s) => decideTask(s, personCommands(s, asks, someMember(team, dice))))],
      [1, () => addMember(team, dice)],
      [3, () => onMember(team, dice)],
      [1, () => onTeam(team, dice)],
      [2, () => aside(team, dice)],
      [2, () => onSchedule(team, dice)],
      [1, () => onEntry(team, dice)],
      [1, () => onOrganisation(team, dice)],
      [1, () => onNeeds(team, dice)],
      [poison ? 2 : 0, () => spoil(team, dice)],
    ]
    dice.pick(acts.flatMap(([weight, act]) => Array.from({ length: weight }, () => act)))()
  }

  return { step, events }
}

/**
 * A history the product could have written: teams, members and tasks whose stories follow from the choices, whole numbers of any
 * size. Equal choices give equal histories. The events carry ids, but no places in a log yet.
 */
export const historyOf = (choices: readonly number[], options: HistoryOptions = {}): readonly HistoryEvent[] => {
  const history = makeHistory(options)
  for (const choice of choices) history.step(choice)
  return history.events
}
