import type { Runtime, Session } from "@muster/runtime-agent"
import { currentProcess, type SimProcess } from "../engine/scheduler.ts"
import type { Verdict } from "./verdict.ts"

export interface Execution {
  readonly assignmentId: string
  readonly taskId: string
  readonly process: SimProcess
  readonly incarnation: string
  readonly beganMillis: number
  endedMillis: number | undefined
  /** Questions and approvals whose answers have reached it. */
  readonly heard: Set<string>
  /** It was told to pause, and not to go on. */
  isPaused: boolean
  /** What it waits for a person with. */
  readonly waitsFor: Set<string>
  /** Time in which it could work: complete stretches, and the beginning of the one that runs. */
  activeMillis: number
  activeSinceMillis: number | undefined
}

/**
 * Watches who carries out what: an incarnation begins an assignment once, and nobody while another is at it. (A new incarnation may find
 * the entry of its predecessor before the dispatcher takes the assignment back.)
 */
export class Executors {
  readonly #verdict: Verdict
  readonly #now: () => number
  readonly #executions = new Map<string, Execution>()

  constructor(verdict: Verdict, now: () => number) {
    this.#verdict = verdict
    this.#now = now
  }

  get count(): number {
    return this.#executions.size
  }

  of(assignmentId: string): Execution | undefined {
    return this.#executions.get(assignmentId)
  }

  /** What agents are at now. */
  running(): readonly Execution[] {
    return [...this.#executions.values()].filter(
      ({ endedMillis, process }) => endedMillis === undefined && !process.isDead,
    )
  }

  isRunning(assignmentId: string): boolean {
    const execution = this.#executions.get(assignmentId)
    return execution !== undefined && execution.endedMillis === undefined && !execution.process.isDead
  }

  /** How long it has been at work, waits for people left out. */
  activeMillisOf({ activeMillis, activeSinceMillis }: Execution): number {
    return activeMillis + (activeSinceMillis === undefined ? 0 : this.#now() - activeSinceMillis)
  }

  #hear(execution: Execution, request: string): void {
    execution.heard.add(request)
    execution.waitsFor.delete(request)
    this.#count(execution)
  }

  #count(execution: Execution): void {
    const isActive = !execution.isPaused && execution.waitsFor.size === 0
    if (isActive) execution.activeSinceMillis ??= this.#now()
    else if (execution.activeSinceMillis !== undefined) {
      execution.activeMillis += this.#now() - execution.activeSinceMillis
      execution.activeSinceMillis = undefined
    }
  }

  /** The runtime, watched. */
  watch(runtime: Runtime, incarnation: string): Runtime {
    return {
      name: runtime.name,
      check: runtime.check,
      open: async (task, host): Promise<Session> => {
        const process = currentProcess()
        const { assignmentId, taskId } = task
        const known = this.#executions.get(assignmentId)
        if (known !== undefined && (known.incarnation === incarnation || this.isRunning(assignmentId)))
          this.#verdict.broken(
            "an assignment is begun once",
            `${assignmentId} of task ${taskId} was begun at ${known.beganMillis} and again`,
          )
        if (process === undefined) throw new TypeError("an agent runs as a process")
        const execution: Execution = {
          assignmentId,
          taskId,
          process,
          incarnation,
          beganMillis: this.#now(),
          endedMillis: undefined,
          heard: new Set(),
          isPaused: false,
          waitsFor: new Set(),
          activeMillis: 0,
          activeSinceMillis: this.#now(),
        }
        this.#executions.set(assignmentId, execution)
        const end = () => {
          execution.endedMillis ??= this.#now()
        }
        const session = await runtime.open(task, {
          ...host,
          question: (question) => {
            execution.waitsFor.add(question.questionId)
            this.#count(execution)
            return host.question(question)
          },
          approval: (request) => {
            execution.waitsFor.add(request.approvalId)
            this.#count(execution)
            return host.approval(request)
          },
        })
        session.done.then(end, end)
        return {
          ...session,
          pause: () => {
            execution.isPaused = true
            this.#count(execution)
            session.pause()
          },
          resume: () => {
            execution.isPaused = false
            this.#count(execution)
            session.resume()
          },
          answer: (questionId, text) => {
            this.#hear(execution, questionId)
            session.answer(questionId, text)
          },
          decide: (approvalId, isApproved, comment) => {
            this.#hear(execution, approvalId)
            session.decide(approvalId, isApproved, comment)
          },
        }
      },
    }
  }
}
