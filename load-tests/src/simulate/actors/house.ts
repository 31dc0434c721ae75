import { AGENT_EXIT } from "@muster/contracts"
import { ConversationId, MessageId } from "@muster/domain"
import type { IncarnationId, MemberId, MemberProfile, TaskId, TaskSpec, TeamId } from "@muster/domain"
import { busUsername, type BusUser } from "@muster/team-bus"
import { makeDice, type Dice } from "../engine/dice.ts"
import { wallMillis } from "../engine/globals.ts"
import { NOBODY } from "../engine/scheduler.ts"
import { beginEnvironment, env } from "../engine/world-clock.ts"
import { ControlPlaneModel } from "../model/control-plane.ts"
import { newDisk } from "../model/disk.ts"
import { Log } from "../model/log.ts"
import { Network } from "../model/network.ts"
import { RedisServer } from "../model/redis-server.ts"
import { ShardLeases } from "../model/shard-leases.ts"
import { beginWorld, type Places } from "../model/world.ts"
import { AssigningOracle } from "../oracles/assigning.ts"
import { Executors } from "../oracles/executors.ts"
import { Ledger } from "../oracles/ledger.ts"
import { ReportsOracle } from "../oracles/reports.ts"
import { SchedulesOracle } from "../oracles/schedules.ts"
import { Verdict } from "../oracles/verdict.ts"
import { v7 } from "../shims/uuid.ts"
import type { Trace } from "../trace.ts"
import { AgentMachine } from "./agents.ts"
import { killDispatcher, startDispatcherProcess, type DispatcherActor } from "./dispatchers.ts"
import { People } from "./people.ts"

const RESTART_MAX_MILLIS = 2_000
const BIND_PAUSE_MILLIS = 1_000
/** After trouble an agent may need so long to be heard again. */
const SETTLE_MILLIS = 10_000

/** Of two skills each member has one or both. */
export const skillsOf = (number: number): readonly string[] =>
  number % 3 === 0 ? ["Reading", "writing"] : number % 3 === 1 ? ["reading"] : ["writing"]

export interface Dispatched {
  readonly taskId: TaskId
  readonly teamId: TeamId
  readonly spec: TaskSpec
}

/** One installation: people, dispatchers, agents, and what they stand on; with the oracles that watch. */
export class House {
  readonly dice: Dice
  readonly places: Places
  readonly people: People
  readonly verdict: Verdict
  readonly ledger: Ledger
  readonly assigning: AssigningOracle
  readonly reports: ReportsOracle
  readonly schedules: SchedulesOracle
  readonly executors: Executors
  readonly trace: Trace
  readonly teams: TeamId[] = []
  readonly machines: AgentMachine[] = []
  readonly dispatchers: DispatcherActor[] = []
  /** Dispatches that were acknowledged. */
  readonly acknowledged: Dispatched[] = []
  readonly #users = new Map<string, BusUser>()
  readonly #troubles = new Map<AgentMachine, number>()
  #lives = 0
  isHealed = false
  /** Entries that the bus lost one by one: only the lease finds out. */
  readonly lostEntries = new Set<string>()

  constructor(seed: number, trace: (nowMillis: () => number) => Trace) {
    const { scheduler } = beginEnvironment(seed)
    const now = () => scheduler.nowMillis
    this.trace = trace(now)
    this.dice = makeDice(seed, 3)
    this.verdict = new Verdict(now)
    this.ledger = new Ledger(this.verdict)
    this.assigning = new AssigningOracle(this.ledger, this.verdict, now)
    this.reports = new ReportsOracle(this.ledger, this.verdict)
    this.schedules = new SchedulesOracle(this.ledger, this.verdict)
    this.executors = new Executors(this.verdict, now)
    newDisk()
    this.places = beginWorld({
      redis: new RedisServer(),
      network: new Network(),
      log: new Log(),
      controlPlane: new ControlPlaneModel((incarnation) => this.isEnrolled(incarnation)),
      shards: new ShardLeases(),
    })
    this.people = new People(this.trace)
  }

  get nowMillis(): number {
    return env().scheduler.nowMillis
  }

  /** Does it later, whatever happens to whom. */
  after(millis: number, work: () => void): void {
    env().scheduler.schedule(millis, work, NOBODY)
  }

  isEnrolled(incarnation: string): boolean {
    for (const user of this.#users.values()) if (user.incarnation === incarnation) return true
    return false
  }

  machineOf(memberId: string): AgentMachine | undefined {
    return this.machines.find((machine) => machine.memberId === memberId)
  }

  /** Machines of members that were not removed. */
  liveMachines(): readonly AgentMachine[] {
    return this.machines.filter(({ memberId }) => this.ledger.members.get(memberId)?.removedPosition === undefined)
  }

  async createTeam(): Promise<void> {
    const teamId = v7() as TeamId
    const profile = { name: "Team", description: "" }
    await this.people.team(teamId, { kind: "create", teamId, profile, requestHash: "" })
    this.teams.push(teamId)
  }

  async addMember(teamId: TeamId, slots: number): Promise<void> {
    const memberId = v7() as MemberId
    const number = this.machines.length + 1
    const profile: MemberProfile = {
      handle: `m${number}`,
      name: `Member ${number}`,
      role: "member",
      runtime: "simulated",
      runtimeOptions: {},
      slots,
      skills: skillsOf(number),
      placement: "manual",
    }
    await this.people.member(teamId, memberId, { kind: "add", memberId, teamId, profile, requestHash: "" })
    const machine = new AgentMachine(number, teamId, memberId, this)
    this.machines.push(machine)
    machine.setFine(true)
    await this.enrol(machine)
    this.startAgent(machine)
  }

  /** An agent that does not obey is ended by whoever keeps it running, and started again. */
  stopAgent(memberId: string, incarnation: string): void {
    const machine = this.machineOf(memberId)
    if (machine === undefined || machine.credentials?.incarnation !== incarnation) return
    this.beginTrouble(machine)
    this.after(this.dice.between(100, RESTART_MAX_MILLIS), () => {
      machine.kill(false)
      this.after(this.dice.between(100, RESTART_MAX_MILLIS), () => {
        this.startAgent(machine)
        this.endTrouble(machine)
      })
    })
  }

  /** Binds a new incarnation, as the control plane does: recorded, then credentials, then the bus. */
  async enrol(machine: AgentMachine): Promise<void> {
    const { memberId, teamId } = machine
    const incarnation = v7() as IncarnationId
    for (;;) {
      const bind = { kind: "bind", incarnation, agentVersion: "simulated", host: "simulated" } as const
      const answer = await this.people.member(teamId, memberId, bind)
      if (answer === "refused") return
      if (answer === "acknowledged") break
      await new Promise<void>((resolve) => this.after(BIND_PAUSE_MILLIS, resolve))
    }
    // Bound anew before this was known: the credentials of the later one stand.
    if (this.ledger.members.get(memberId)?.incarnation !== incarnation) return
    const username = busUsername(memberId, incarnation)
    const replaced = this.#users.get(memberId)
    this.#users.set(memberId, { teamId, memberId, incarnation, username, passwordSha256: "0".repeat(64) })
    const { redis } = this.places
    if (!redis.isDown) {
      redis.data.users.add(username)
      if (replaced !== undefined) redis.dropUser(replaced.username)
    }
    machine.enrol(incarnation, this.ledger.members.get(memberId)?.slots.at(-1)?.count ?? 1)
  }

  startAgent(machine: AgentMachine): void {
    const life = machine
    life.start((code, reason) => {
      const isGone = this.ledger.members.get(machine.memberId)?.removedPosition !== undefined
      if (isGone) return
      this.trace.say("house", "restart", `agent ${machine.number} ended with ${code}: ${reason}`)
      const mustEnrol = code === AGENT_EXIT.notEnrolled || code === AGENT_EXIT.retired
      const again = async () => {
        if (mustEnrol && this.#isOutdated(machine)) await this.enrol(machine)
        this.startAgent(machine)
      }
      this.after(this.dice.between(0, RESTART_MAX_MILLIS), () => void again())
    })
  }

  /** True when the credentials on the machine are not those of the incarnation that is bound. */
  #isOutdated({ memberId, credentials }: AgentMachine): boolean {
    return credentials?.incarnation !== this.#users.get(memberId)?.incarnation
  }

  /** The control plane forgets the user of a member that was removed. */
  revoke(memberId: string): void {
    this.#users.delete(memberId)
  }

  startDispatcher(): DispatcherActor {
    const actor = startDispatcherProcess(`dispatcher-${(this.#lives += 1)}`, {
      busUsers: () => [...this.#users.values()],
      verdict: this.verdict,
      trace: this.trace,
    })
    this.dispatchers.push(actor)
    return actor
  }

  killDispatcher(actor: DispatcherActor): void {
    killDispatcher(actor)
    this.dispatchers.splice(this.dispatchers.indexOf(actor), 1)
  }

  beginTrouble(machine: AgentMachine): void {
    this.#troubles.set(machine, (this.#troubles.get(machine) ?? 0) + 1)
    machine.setFine(false)
  }

  endTrouble(machine: AgentMachine): void {
    const left = (this.#troubles.get(machine) ?? 1) - 1
    this.#troubles.set(machine, left)
    if (left > 0) return
    this.after(SETTLE_MILLIS, () => {
      if (this.#troubles.get(machine) === 0 && machine.fineSinceMillis === Number.POSITIVE_INFINITY)
        machine.setFine(true)
    })
  }

  async dispatch(teamId: TeamId, asked: TaskSpec): Promise<void> {
    const taskId = v7() as TaskId
    // Work of a member is also what people say to it in the chat; with one conversation each they stay independent of each other.
    const conversation = { conversationId: ConversationId.make(taskId), messageId: MessageId.make(taskId) }
    const spec = asked.memberId === undefined ? asked : { ...asked, conversation }
    const command = { kind: "dispatch", taskId, teamId, spec, requestHash: "" } as const
    const doors = this.dispatchers.filter(({ process }) => !process.isDead && !process.isStopped)
    const door = doors.length > 0 && this.dice.chance(0.6) ? this.dice.pick(doors) : undefined
    const answer = await this.people.dispatch(teamId, command, door)
    if (answer === "acknowledged") this.acknowledged.push({ taskId, teamId, spec })
  }

  get wallMillis(): number {
    return wallMillis()
  }
}
