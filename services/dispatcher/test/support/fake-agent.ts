import type { AssignmentReport, ControlMessage, ReportEnvelope, TaskEnvelope } from "@muster/contracts"
import { BUS_VERSION, type AgentStatus } from "@muster/contracts"
import type { AssignmentId, IncarnationId } from "@muster/domain"
import { eventually } from "@muster/platform/testing"
import { connectAgentBus, isBusError, type AgentBus, type ControlEntry, type TakenTask } from "@muster/team-bus/agent"
import { setTimeout as delay } from "node:timers/promises"
import { silentLog } from "./silent-log.ts"
import { DONE } from "./specs.ts"

export interface FakeAgentOptions {
  readonly url: string
  readonly username: string
  readonly password: string
  readonly teamId: string
  readonly memberId: string
  readonly incarnation: string
  readonly beatMillis: number
}

type Report = AssignmentReport extends infer R
  ? R extends AssignmentReport
    ? Omit<R, "taskId" | "assignmentId">
    : never
  : never

/** An agent that does nothing by itself but to beat, to take what comes and to listen: the test says what it reports. */
export class FakeAgent {
  readonly bus: AgentBus
  readonly taken: TaskEnvelope[] = []
  readonly poisoned: TakenTask[] = []
  readonly heard: ControlMessage[] = []
  readonly heardPoison: ControlEntry[] = []
  readonly acked = new Set<number>()
  status: typeof AgentStatus.Type = "ready"
  blockedReason: string | null = null
  /** Assignments it lists in its heartbeats. */
  readonly live = new Set<string>()
  readonly #incarnation: string
  readonly #ending = new AbortController()
  readonly #entries = new Map<string, string>()
  readonly #outbox = new Map<number, ReportEnvelope>()
  #seq = 0
  #isSilent = false
  #isTaking = true
  #hasStoppedTaking = false
  #running: Promise<unknown> = Promise.resolve()

  constructor(options: FakeAgentOptions) {
    this.#incarnation = options.incarnation
    this.bus = connectAgentBus({ ...options, log: silentLog })
    this.#running = Promise.all([this.#take(), this.#listen(), this.#beat(options.beatMillis)])
  }

  async #take() {
    const { signal } = this.#ending
    while (!signal.aborted) {
      this.#hasStoppedTaking = !this.#isTaking
      if (!this.#isTaking) {
        await delay(10)
        continue
      }
      for (const task of await this.bus.takeTasks(10, { blockMillis: 200, signal })) {
        if (task.envelope === undefined) {
          this.poisoned.push(task)
          continue
        }
        this.#entries.set(task.envelope.assignmentId, task.entryId)
        if (this.taken.some((known) => known.assignmentId === task.envelope.assignmentId)) continue
        this.taken.push(task.envelope)
        this.live.add(task.envelope.assignmentId)
      }
    }
  }

  async #listen() {
    for await (const entry of this.bus.controls(this.#ending.signal)) {
      if (entry.message === undefined) {
        this.heardPoison.push(entry)
        continue
      }
      this.heard.push(entry.message)
      if (entry.message.kind !== "ack") continue
      for (const seq of entry.message.seqs) {
        this.acked.add(seq)
        this.#outbox.delete(seq)
      }
    }
  }

  async #beat(beatMillis: number) {
    const { signal } = this.#ending
    while (!signal.aborted) {
      if (!this.#isSilent) await this.#whenBusWorks(() => this.bus.beat(this.#presence()))
      await delay(beatMillis, undefined, { signal }).catch(() => undefined)
    }
  }

  async #whenBusWorks(work: () => Promise<void>): Promise<boolean> {
    try {
      await work()
      return true
    } catch (error) {
      if (!isBusError(error)) throw error
      return false
    }
  }

  #presence() {
    return {
      v: BUS_VERSION,
      incarnation: this.#incarnation as IncarnationId,
      agentVersion: "test",
      status: this.status,
      blockedReason: this.blockedReason,
      slots: 1,
      live: [...this.live] as AssignmentId[],
      at: new Date().toISOString(),
    } as const
  }

  /** No heartbeats, as if it hung or the network were cut. */
  fallSilent(): void {
    this.#isSilent = true
  }

  /** What comes from now on stays in its inbox. */
  async stopTaking(): Promise<void> {
    this.#isTaking = false
    await eventually("its last read is over", () => this.#hasStoppedTaking)
  }

  takeAgain(): void {
    this.#isTaking = true
  }

  speakAgain(): void {
    this.#isSilent = false
  }

  /** The n-th different assignment it was given, once it has it. */
  task(n = 1): Promise<TaskEnvelope> {
    return eventually(`the agent gets its task number ${n}`, () => this.taken[n - 1])
  }

  hears<K extends ControlMessage["kind"]>(kind: K): Promise<Extract<ControlMessage, { kind: K }>> {
    return eventually(`the agent hears "${kind}"`, () =>
      this.heard.find((message): message is Extract<ControlMessage, { kind: K }> => message.kind === kind),
    )
  }

  envelope(report: ReportEnvelope["report"], seq = ++this.#seq): ReportEnvelope {
    const incarnation = this.#incarnation as IncarnationId
    return { v: BUS_VERSION, incarnation, seq, at: new Date().toISOString(), report }
  }

  /** Reports of an assignment; resolves with the numbers once they are written to the outbox stream. */
  async report(
    task: Pick<TaskEnvelope, "taskId" | "assignmentId">,
    ...reports: readonly Report[]
  ): Promise<readonly number[]> {
    const { taskId, assignmentId } = task
    const envelopes = reports.map((report) => this.envelope({ ...report, taskId, assignmentId } as AssignmentReport))
    for (const envelope of envelopes) this.#outbox.set(envelope.seq, envelope)
    await this.send(envelopes)
    return envelopes.map(({ seq }) => seq)
  }

  send(envelopes: readonly ReportEnvelope[]): Promise<void> {
    return this.bus.report(envelopes)
  }

  /** Sends again what was not acknowledged, as an agent does when the bus comes back. */
  async resend(): Promise<void> {
    await eventually("the reports are sent again", () =>
      this.#whenBusWorks(() => this.send([...this.#outbox.values()])),
    )
  }

  async acknowledges(seqs: readonly number[]): Promise<void> {
    await eventually(`reports ${seqs.join(", ")} are acknowledged`, () => seqs.every((seq) => this.acked.has(seq)))
  }

  /** Ends the task well: outcome, acknowledgement, entry done. */
  async succeed(task: TaskEnvelope): Promise<void> {
    const seqs = await this.report(task, { kind: "started" }, DONE)
    await this.acknowledges(seqs)
    this.live.delete(task.assignmentId)
    await this.finish(task)
  }

  async finish(task: TaskEnvelope): Promise<void> {
    const entryId = this.#entries.get(task.assignmentId)
    if (entryId !== undefined) await this.bus.done([entryId])
  }

  async stop(): Promise<void> {
    this.#ending.abort()
    await this.bus.close()
    await this.#running
  }
}
