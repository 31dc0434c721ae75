import { backoffMillis, pause } from "@muster/platform"
import { LOOP_BACKOFF, PENDING_SWEEP_MILLIS } from "#src/limits.ts"
import type { AssignmentReport, PoisonReport } from "@muster/contracts"
import { decideDispatcher, REASON_MAX_CHARS, streams, type Actor, type TaskFact, type TaskId } from "@muster/domain"
import { inboxEntryId, type Acknowledgement, type MemberRef, type ReportEntry } from "@muster/team-bus"
import type { Core } from "#src/core.ts"
import type { About, DeadLetters } from "#src/dead-letters.ts"
import { counters } from "#src/metrics.ts"
import type { MemberEntry } from "#src/model/member.ts"
import { Repeats } from "#src/model/repeats.ts"
import { makeOrphans } from "#src/orphans.ts"
import { decideReports, type ReportOutcome } from "#src/model/reports.ts"
import type { TaskEntry } from "#src/model/task.ts"
import { reportCommandId } from "#src/report-id.ts"
import { changeTask, changeTasks, refresh, type ChangeOutcome, type TaskChange } from "#src/record.ts"

type Understood = Extract<ReportEntry, { readonly poison?: undefined }>
type Undecodable = Extract<ReportEntry, { readonly envelope?: undefined }>

/** A report of an assignment on its way into the log. */
interface Sent {
  readonly entry: Understood
  readonly key: string
  readonly kind: AssignmentReport["kind"]
  readonly report: AssignmentReport
  readonly memberId: string
  readonly seq: number
}

export interface Ingester {
  readonly run: (signal: AbortSignal) => Promise<void>
  /** Reports may have been read by another owner of their outboxes and not been settled: look for them. */
  readonly lookForPending: () => void
  /** Records progress and usage whose time has come; forgets what is no longer open. Called by the clock. */
  readonly tick: (nowMillis: number) => Promise<void>
}

class LeaseEnded extends Error {
  override readonly name = "LeaseEnded"
}

const keyOf = (entry: MemberRef & { readonly entryId: string }) => `${entry.memberId}/${entry.entryId}`

/**
 * Outboxes → log. Order of every report: recorded (or refused for good), acknowledged to the agent, taken off the stream. A
 * crash between any two of these repeats the ones before it, which change nothing the second time.
 */
export const makeIngester = (core: Core, deadLetters: DeadLetters): Ingester => {
  const { bus, world, timings, log } = core
  const orphans = makeOrphans(core, deadLetters)
  const repeats = new Repeats<Sent>({
    progress: timings.progressMinIntervalMillis,
    usage: timings.usageMinIntervalMillis,
  })

  const causeOf = (entry: TaskEntry | undefined, sent: Sent) => {
    const { incarnation, seq } = sent.entry.envelope
    const actor: Actor = {
      kind: "member",
      id: sent.memberId as Extract<Actor, { kind: "member" }>["id"],
      incarnation,
      ...(entry?.onBehalfOf === undefined ? {} : { onBehalfOf: entry.onBehalfOf }),
      via: "bus",
    }
    const commandId = reportCommandId(sent.memberId, incarnation, seq)
    return { actor, commandId, causationId: sent.entry.entryId }
  }

  /** Tells the agents what they may forget, then takes the entries off their streams. */
  const settle = async (entries: readonly ReportEntry[]): Promise<void> => {
    if (entries.length === 0) return
    const acks = new Map<string, Acknowledgement & { readonly seqs: number[] }>()
    for (const entry of entries) {
      // A replaced incarnation has no reader, and its numbers would mean other reports to the new one.
      if (entry.envelope === undefined || !isBound(entry)) continue
      const known = acks.get(entry.memberId)
      if (known) known.seqs.push(entry.envelope.seq)
      else {
        const { incarnation, seq } = entry.envelope
        acks.set(entry.memberId, { member: entry, incarnation, seqs: [seq] })
      }
    }
    await bus.settle(entries, [...acks.values()])
  }

  const isBound = (entry: Understood): boolean =>
    world.member(entry.memberId)?.state.incarnation === entry.envelope.incarnation

  /** Records one task's reports each; answers with the entries that are done with. */
  const record = async (groups: ReadonlyMap<string, readonly Sent[]>, nowMillis: number): Promise<ReportEntry[]> => {
    const done: ReportEntry[] = []
    const changes: TaskChange[] = []
    const verdicts: { readonly reports: readonly Sent[]; outcomes: readonly ReportOutcome[] }[] = []
    for (const [taskId, reports] of groups) {
      const newest = reports.at(-1)
      if (newest === undefined) continue
      const verdict: (typeof verdicts)[number] = { reports, outcomes: [] }
      verdicts.push(verdict)
      changes.push({
        taskId,
        cause: causeOf(world.task(taskId), newest),
        decide: (entry) => {
          const { facts, outcomes } = decideReports(entry.state, reports, { nowMillis, random: Math.random() })
          verdict.outcomes = outcomes
          return { facts }
        },
      })
    }
    const outcomes = await changeTasks(core, changes)
    for (const [i, { reports, outcomes: each }] of verdicts.entries()) {
      const outcome = outcomes[i] as ChangeOutcome<TaskFact>
      // A task that went to another owner meanwhile is not gone: its reports are left for that one.
      if (
        outcome.kind === "later" ||
        (outcome.kind === "gone" && !reports.every(({ entry }) => core.holds(entry.teamId)))
      )
        continue
      for (const [k, { entry, kind, report }] of reports.entries()) {
        const verdict = outcome.kind === "gone" ? "stale" : outcome.kind === "poisoned" ? "poisoned" : each[k]
        counters.reports.inc({ outcome: verdict ?? "stale" })
        if (verdict === "recorded") repeats.noteRecorded(report.taskId, kind, nowMillis)
        const member = world.member(entry.memberId)
        const isBuried =
          outcome.kind !== "poisoned" ||
          member === undefined ||
          (await deadLetters.bury(
            member,
            { stream: "out", entryId: entry.entryId, reason: outcome.reason, raw: JSON.stringify(entry.envelope) },
            aboutTask(report.taskId),
          ))
        if (isBuried) done.push(entry)
      }
    }
    return done
  }

  const aboutTask = (taskId: TaskId): About => {
    const attempt = world.task(taskId)?.state.attempt
    return attempt === undefined ? { taskId } : { taskId, attempt }
  }

  const takePoisonReport = async (member: MemberEntry, report: typeof PoisonReport.Type): Promise<boolean> => {
    const { stream, entryId, reason } = report
    const raw = (await bus.bodyOf(member, stream, entryId).catch(() => undefined)) ?? ""
    const held = stream === "in" ? world.heldBy(member.memberId) : []
    const task = held.find(({ hold }) => hold !== undefined && inboxEntryId(hold.position) === entryId)
    const about = task && aboutTask(task.taskId)
    if (task !== undefined) {
      const message = `its agent could not understand the task: ${reason}`.slice(0, REASON_MAX_CHARS)
      const outcome = await changeTask(core, {
        taskId: task.taskId,
        decide: (entry) =>
          decideDispatcher(
            entry.state,
            { kind: "dead-letter", reason: "poison", message },
            { nowMillis: core.nowMillis(), random: 0 },
          ),
      })
      if (outcome.kind === "later") return false
    }
    return deadLetters.bury(member, { stream, entryId, reason, raw }, about)
  }

  /** Sorts what was read; answers with the entries that are done with. */
  const handle = async (entries: readonly ReportEntry[], nowMillis: number): Promise<readonly ReportEntry[]> => {
    const done: ReportEntry[] = []
    const groups = new Map<string, Sent[]>()
    await refreshUnknown(entries)
    for (const entry of entries) {
      const member = world.member(entry.memberId)
      if (member === undefined) {
        done.push(entry)
        continue
      }
      if (entry.envelope === undefined) {
        if (await buryUndecodable(member, entry)) done.push(entry)
        continue
      }
      if (!isBound(entry)) {
        counters.reports.inc({ outcome: "foreign-incarnation" })
        done.push(entry)
        continue
      }
      const { report, seq } = entry.envelope
      if (report.kind === "poison") {
        if (await takePoisonReport(member, report)) done.push(entry)
        continue
      }
      // Fenced here already, so that a forged or late progress cannot push out the one that counts.
      const hold = world.task(report.taskId)?.hold
      if (hold?.assignmentId !== report.assignmentId || hold.memberId !== entry.memberId) {
        const verdict = await orphans.judge(member, entry, report)
        if (verdict === "later") continue
        counters.reports.inc({ outcome: verdict })
        done.push(entry)
        continue
      }
      const sent: Sent = { entry, key: keyOf(entry), kind: report.kind, report, memberId: entry.memberId, seq }
      const group = groups.get(report.taskId)
      if (group) group.push(sent)
      else groups.set(report.taskId, [sent])
    }
    const thinned = new Map<string, readonly Sent[]>()
    for (const [taskId, reports] of groups) {
      const { now, dropped } = repeats.thin(taskId, reports, nowMillis)
      for (const { entry } of dropped) {
        counters.reports.inc({ outcome: "coalesced" })
        done.push(entry)
      }
      if (now.length > 0) thinned.set(taskId, now)
    }
    done.push(...(await record(thinned, nowMillis)))
    return done
  }

  const buryUndecodable = (member: MemberEntry, entry: Undecodable) =>
    deadLetters.bury(member, { stream: "out", entryId: entry.entryId, reason: entry.poison, raw: entry.raw })

  /** A report of an incarnation that is not known as bound may be ahead of the log's follower: look once. */
  const refreshUnknown = async (entries: readonly ReportEntry[]): Promise<void> => {
    const unknown = new Set<string>()
    for (const entry of entries) if (entry.envelope !== undefined && !isBound(entry)) unknown.add(entry.memberId)
    for (const memberId of unknown) await refresh(core, streams.member(memberId), world.member(memberId)?.revision ?? 0)
  }

  let isPendingWanted = true
  let sweptMillis = performance.now()

  /** What to read next; whatever was read and not settled is still pending, and comes first. */
  const nextRead = (): "pending" | "new" => {
    const nowMillis = performance.now()
    if (!isPendingWanted && nowMillis - sweptMillis < PENDING_SWEEP_MILLIS) return "new"
    isPendingWanted = false
    sweptMillis = nowMillis
    return "pending"
  }

  return {
    lookForPending: () => {
      isPendingWanted = true
    },
    run: async (signal) => {
      let failures = 0
      while (!signal.aborted) {
        try {
          if (!core.isCurrent()) throw new LeaseEnded("the lease has ended")
          const what = nextRead()
          const members = [...world.liveMembers()]
          const read = await bus.readReports(members, { what })
          // What belongs to a team that was let go meanwhile stays pending, for its next owner.
          const entries = read.filter((entry) => !repeats.waits(keyOf(entry)) && core.holds(entry.teamId))
          if (what === "pending" && entries.length > 0) isPendingWanted = true
          if (entries.length === 0) continue
          const done = new Set(await handle(entries, core.nowMillis()))
          await settle([...done])
          const isAllDone = entries.every((entry) => done.has(entry) || repeats.waits(keyOf(entry)))
          if (isAllDone) {
            failures = 0
            continue
          }
        } catch (error) {
          if (signal.aborted) return
          const reason = error instanceof Error ? error.message : "unknown"
          if (failures === 0) log.warn({ reason }, "reports could not be taken, trying again")
        }
        isPendingWanted = true
        await pause(backoffMillis(LOOP_BACKOFF, failures), signal)
        failures += 1
      }
    },
    tick: async (nowMillis) => {
      const due = repeats.takeDue(nowMillis)
      let done: ReportEntry[] = []
      try {
        const groups = Map.groupBy(due, ({ taskId }) => taskId)
        const reports = [...groups].map(([taskId, own]) => [taskId, own.map(({ sent }) => sent)] as const)
        done = await record(new Map(reports), nowMillis)
        await settle(done)
      } finally {
        // What could not be recorded or settled is due again, unless something newer took its place.
        for (const { taskId, sent, dueMillis } of due)
          if (!done.includes(sent.entry) && !repeats.isReplaced(taskId, sent)) repeats.defer(taskId, sent, dueMillis)
      }
      repeats.keepOnly((taskId) => world.task(taskId) !== undefined)
    },
  }
}
