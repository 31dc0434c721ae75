import { AGENT_EXIT, type AgentCredentials } from "@muster/contracts"
import type { IncarnationId, MemberId, TeamId } from "@muster/domain"
import { DEFAULT_OUTBOX_CAPS, DEFAULT_TIMINGS, runAgent, simulatedRuntime } from "@muster/runtime-agent"
import { busUsername } from "@muster/team-bus"
import { makeProcess, runAs, type SimProcess } from "../engine/scheduler.ts"
import { env } from "../engine/world-clock.ts"
import { DiskError, theDisk } from "../model/disk.ts"
import { world } from "../model/world.ts"
import type { Executors } from "../oracles/executors.ts"
import type { Verdict } from "../oracles/verdict.ts"
import type { Trace } from "../trace.ts"

export interface AgentDeps {
  readonly executors: Executors
  readonly verdict: Verdict
  readonly trace: Trace
}

/** How an agent's life ended by itself. */
type OnEnd = (code: number, reason: string) => void

/** One machine with the agent of a member on it: it survives what happens to the agent. */
export class AgentMachine {
  readonly memberId: MemberId
  readonly teamId: TeamId
  readonly number: number
  readonly #deps: AgentDeps
  #lives = 0
  credentials: AgentCredentials | undefined
  process: SimProcess | undefined
  #asked = new AbortController()
  /** Since when nothing has been wrong with it; infinity while something is. */
  fineSinceMillis = Number.POSITIVE_INFINITY

  constructor(number: number, teamId: TeamId, memberId: MemberId, deps: AgentDeps) {
    this.number = number
    this.teamId = teamId
    this.memberId = memberId
    this.#deps = deps
  }

  get folder(): string {
    return `/agents/${this.number}`
  }

  get isUp(): boolean {
    return this.process !== undefined && !this.process.isDead
  }

  /** Something is wrong from now on, or is not any more. */
  setFine(isFine: boolean): void {
    this.fineSinceMillis = isFine ? env().scheduler.nowMillis : Number.POSITIVE_INFINITY
  }

  /** Credentials of a new incarnation; the agent that runs, if any, keeps its old ones. */
  enrol(incarnation: IncarnationId, slots: number): void {
    const { memberId, teamId } = this
    this.credentials = {
      memberId,
      teamId,
      incarnation,
      controlPlaneUrl: "http://simulated",
      apiKey: incarnation,
      bus: { url: "redis://simulated", username: busUsername(memberId, incarnation), password: "simulated" },
      settings: { slots, runtime: "simulated", runtimeOptions: {} },
    }
  }

  /** Starts the product's agent with the credentials there are, unless one runs. */
  start(onEnd: OnEnd): void {
    const { credentials } = this
    if (this.isUp || credentials === undefined) return
    this.#lives += 1
    const { verdict, trace, executors } = this.#deps
    const process = makeProcess(`agent-${this.number}.${this.#lives}`)
    this.process = process
    this.#asked = new AbortController()
    const stop = this.#asked.signal
    const { folder } = this
    const disk = theDisk()
    for (const name of ["", "/spool", "/work"]) disk.folders.add(`${folder}${name}`)
    const say = (level: string) => (fields: object, message: string) =>
      trace.say(process.name, level, message, "err" in fields ? { ...fields, err: String(fields.err) } : fields)
    const log = { debug: say("debug"), info: say("info"), warn: say("warn"), error: say("error") }
    const runtime = executors.watch(simulatedRuntime(), credentials.incarnation)
    const state = {
      path: folder,
      credentials: `${folder}/credentials.json`,
      journal: `${folder}/journal.ndjson`,
      lastExit: `${folder}/last-exit.json`,
      spool: `${folder}/spool`,
      work: `${folder}/work`,
      close: () => undefined,
    }
    const options = {
      state,
      credentials,
      runtimes: { simulated: runtime, command: runtime },
      taskUid: undefined,
      timings: DEFAULT_TIMINGS,
      caps: DEFAULT_OUTBOX_CAPS,
      parentPid: undefined,
      log,
      stop,
    }
    const ended = (code: number, reason: string): void => {
      trace.say(process.name, "end", reason)
      env().scheduler.kill(process)
      world().redis.dropAll(({ party }) => party === process.name)
      onEnd(code, reason)
    }
    const live = async () => {
      try {
        const end = await runAgent(options)
        ended(end.code, end.reason)
      } catch (error) {
        // It can not even begin without a disk: the process crashes, and is started again.
        if (error instanceof DiskError) return ended(AGENT_EXIT.failed, error.message)
        verdict.broken("an agent does not fail by itself", error instanceof Error ? String(error.stack) : String(error))
      }
    }
    runAs(process, () => void live())
  }

  /** SIGTERM. */
  askToStop(): void {
    const { process } = this
    if (process !== undefined) runAs(process, () => this.#asked.abort())
  }

  /** kill -9; with `power`, the whole machine goes off, and what was not synced is lost. */
  kill(power: boolean): void {
    const { process } = this
    if (process === undefined || process.isDead) return
    env().scheduler.kill(process)
    world().redis.dropAll(({ party }) => party === process.name)
    if (power) theDisk().cutPower(`${this.folder}/`)
  }
}
