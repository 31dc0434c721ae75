import type { ControlMessage, ReportEnvelope } from "@muster/contracts"
import { canonical } from "./canonical.ts"
import type { Ledger } from "./ledger.ts"
import type { Verdict } from "./verdict.ts"

type Report = ReportEnvelope["report"]

const KEY = /^\{muster:([^}]+)\}:([^:]+):(in|ctl|out)$/u

/** What a stream of a member is for. */
export const streamOf = (key: string): { readonly memberId: string; readonly stream: string } | undefined => {
  const [, , memberId, stream] = KEY.exec(key) ?? []
  return memberId === undefined || stream === undefined ? undefined : { memberId, stream }
}

const parse = (fields: readonly string[]): unknown => {
  try {
    return JSON.parse(fields[fields.indexOf("d") + 1] ?? "")
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

/** Watches the streams: reports are acknowledged and taken off only once they are recorded, and every number names one report. */
export class ReportsOracle {
  readonly #ledger: Ledger
  readonly #verdict: Verdict
  /** Stream and entry → what it says. */
  readonly #entries = new Map<string, ReportEnvelope>()
  /** Member and incarnation → number → its report. */
  readonly #numbers = new Map<string, Map<number, Report>>()
  readonly #reports = new Map<string, Map<number, ReportEnvelope>>()

  constructor(ledger: Ledger, verdict: Verdict) {
    this.#ledger = ledger
    this.#verdict = verdict
  }

  added(key: string, id: string, fields: readonly string[], party: string): void {
    const of = streamOf(key)
    if (of?.stream === "out" && party.startsWith("agent")) this.#sent(key, id, of.memberId, fields)
    if (of?.stream === "ctl" && party.startsWith("dispatcher")) this.#told(of.memberId, fields)
  }

  removed(key: string, ids: readonly string[], party: string): void {
    if (!party.startsWith("dispatcher")) return
    const of = streamOf(key)
    if (of?.stream !== "out") return
    for (const id of ids) {
      const envelope = this.#entries.get(`${key} ${id}`)
      this.#entries.delete(`${key} ${id}`)
      if (envelope !== undefined) this.#check("recorded, then taken off", of.memberId, envelope)
    }
  }

  /** What the member's agents have sent so far. */
  sentBy(memberId: string): readonly ReportEnvelope[] {
    return [...this.#reports].flatMap(([owner, reports]) =>
      owner.startsWith(`${memberId} `) ? [...reports.values()] : [],
    )
  }

  /** Numbers that are missing below the highest one, for the incarnation that is bound. */
  checkNumbers(): void {
    for (const [key, numbers] of this.#numbers) {
      const [memberId = "", incarnation] = key.split(" ")
      const member = this.#ledger.members.get(memberId)
      if (member?.incarnation !== incarnation || member?.removedPosition !== undefined) continue
      for (let seq = 1; seq <= numbers.size; seq += 1)
        if (!numbers.has(seq)) return this.#verdict.broken("report numbers", `${key}: number ${seq} was skipped`)
    }
  }

  #sent(key: string, id: string, memberId: string, fields: readonly string[]): void {
    const envelope = parse(fields) as ReportEnvelope | undefined
    if (envelope?.seq === undefined) return
    const { incarnation, seq, report } = envelope
    this.#entries.set(`${key} ${id}`, envelope)
    const owner = `${memberId} ${incarnation}`
    const numbers = this.#numbers.get(owner) ?? new Map<number, Report>()
    this.#numbers.set(owner, numbers)
    const known = numbers.get(seq)
    if (known !== undefined && canonical(known) !== canonical(report))
      this.#verdict.broken(
        "report numbers",
        `number ${seq} of ${owner} was used for ${canonical(known)} and for ${canonical(report)}`,
      )
    numbers.set(seq, report)
    const reports = this.#reports.get(owner) ?? new Map<number, ReportEnvelope>()
    this.#reports.set(owner, reports)
    reports.set(seq, envelope)
  }

  #told(memberId: string, fields: readonly string[]): void {
    if (fields[1]?.includes('"ack"') !== true) return
    const message = parse(fields) as ControlMessage | undefined
    if (message?.kind !== "ack") return
    for (const seq of message.seqs) {
      const envelope = this.#reports.get(`${memberId} ${message.incarnation}`)?.get(seq)
      if (envelope !== undefined) this.#check("recorded, then acknowledged", memberId, envelope)
    }
  }

  #check(oracle: string, memberId: string, { report, incarnation, seq }: ReportEnvelope): void {
    const member = this.#ledger.members.get(memberId)
    // Reports of an agent that was replaced are void; its work is taken back.
    if (member === undefined || member.incarnation !== incarnation || member.removedPosition !== undefined) return
    if (this.#isOwed(memberId, report))
      this.#verdict.broken(oracle, `report ${seq} of ${memberId}: ${JSON.stringify(report)}`)
  }

  /** True when the report is of the current assignment, and the log lacks what it says. */
  #isOwed(memberId: string, report: Report): boolean {
    if (report.kind === "poison" || report.kind === "progress") return false
    const task = this.#ledger.tasks.get(report.taskId)
    const held = task?.held
    if (task === undefined || held === undefined || held.id !== report.assignmentId || held.memberId !== memberId)
      return false
    switch (report.kind) {
      case "started":
        return !held.isStarted
      case "question":
        return !held.requests.has(report.questionId)
      case "approval":
        return !held.requests.has(report.approvalId)
      case "artifact":
        return !task.artifacts.has(`${report.name}:${report.sha256}`)
      default:
        return true
    }
  }
}
