import { mkdir } from "node:fs/promises"
import { join } from "node:path"
import { OUTPUT_MAX_BYTES, type TaskEnvelope } from "@muster/contracts"
import type { AssignmentId, ConversationId, RuntimeOptions } from "@muster/domain"
import { messageOf } from "#src/errors.ts"
import type { ControlPlane } from "#src/http/control-plane.ts"
import type { OpenAssignment } from "#src/journal/fold.ts"
import type { Journal } from "#src/journal/journal.ts"
import { type AgentTimings, CANCELLED_DELIVERY_MILLIS } from "#src/limits.ts"
import type { Log } from "#src/log.ts"
import type { Outbox } from "#src/outbox/outbox.ts"
import { OVER, pause } from "#src/pause.ts"
import type { CancelReason, Outcome, RuntimeTask, Session } from "#src/runtimes/contract.ts"
import { runtimeOf, type Runtimes } from "#src/runtimes/table.ts"
import { removeTree } from "#src/state/remove-tree.ts"
import type { OpenTools, TeamTools } from "#src/tools/index.ts"
import { fetchAttachments } from "#src/work/attachments.ts"
import { apply, type AssignmentControl, type Running } from "#src/work/at-work.ts"
import type { Turns } from "#src/turns.ts"
import { deliverFiles, outcomeReport } from "#src/work/delivery.ts"
import { newOutputSpool, openOutputSpool, type OutputSpool } from "#src/work/output-spool.ts"
import { startOutputUpload } from "#src/work/output-upload.ts"
import { type Gates, sessionHost } from "#src/work/session-host.ts"
import { startTimeBudget } from "#src/work/time-budget.ts"

export interface WorkDeps {
  readonly journal: Journal
  readonly outbox: Outbox
  readonly gates: Gates
  readonly controlPlane: ControlPlane
  readonly tools: TeamTools
  readonly conversations: Turns<ConversationId>
  readonly runtimes: Runtimes
  readonly memberOptions: () => RuntimeOptions
  readonly spoolRoot: string
  readonly workRoot: string
  readonly timings: AgentTimings
  readonly log: Log
}

/** One assignment from its taking to its reported outcome. */
export interface HeldAssignment {
  readonly assignmentId: AssignmentId
  readonly control: (message: AssignmentControl) => void
  /** The agent is ending: give the work back (`lost`). Work that only waits for delivery stays in the journal. */
  readonly stop: () => void
  /** The log behind the bus is another one: give back (`lost`) what still runs. What has ended is delivered; the dispatcher judges it. */
  readonly giveBack: () => void
  /** The member is gone: end the work and say nothing. */
  readonly abandon: () => void
  /** True while a session runs and nobody has to be waited for. */
  readonly isWorking: () => boolean
  readonly ended: Promise<void>
}

const PRIVATE_DIR_MODE = 0o700

/** Why a session was ended from outside, strongest last: a later and stronger reason replaces an earlier one. */
const strength = { "time-limit": 1, cancelled: 2, stopping: 3, abandoned: 4 } as const
type EndReason = keyof typeof strength

const merge = (member: RuntimeOptions, task: RuntimeOptions): RuntimeOptions => ({
  command: { ...member.command, ...task.command },
  simulated: { ...member.simulated, ...task.simulated },
  acp: { ...member.acp, ...task.acp },
  openclaw: { ...member.openclaw, ...task.openclaw },
})

const taskOf = (envelope: TaskEnvelope, memberOptions: RuntimeOptions): RuntimeTask => {
  const { taskId, assignmentId, teamId, memberId, title, instructions, inputs, idempotencyKey } = envelope
  const conversation = envelope.conversationId === undefined ? {} : { conversationId: envelope.conversationId }
  const options = merge(memberOptions, envelope.runtimeOptions)
  const ids = { taskId, assignmentId, teamId, memberId, idempotencyKey, ...conversation }
  return { ...ids, title, instructions, inputs, options }
}

const failure = (reason: "error" | "runtime-unavailable" | "time-limit", message: string): Outcome => ({
  kind: "failed",
  reason,
  message,
  isRetryable: true,
})

interface Life {
  readonly open: OpenAssignment
  readonly deps: WorkDeps
  readonly spoolDir: string
  readonly workDir: string
  /** Fires when delivery is not to be waited for. */
  readonly hurry: AbortController
  endReason: EndReason | undefined
  /** The session offered a file: there may be something in the spool, also when it was not kept. */
  hasStaged: boolean
}

const lifeOf = (deps: WorkDeps, open: OpenAssignment): Life => ({
  open,
  deps,
  spoolDir: join(deps.spoolRoot, open.assignmentId),
  workDir: join(deps.workRoot, open.assignmentId),
  hurry: new AbortController(),
  endReason: undefined,
  hasStaged: false,
})

const clean = async ({ spoolDir, workDir }: Pick<Life, "spoolDir" | "workDir">): Promise<void> => {
  for (const dir of [spoolDir, workDir]) await removeTree(dir)
}

const startUpload = ({ open, deps, hurry }: Life, spool: OutputSpool) =>
  startOutputUpload({
    ids: open,
    spool,
    controlPlane: deps.controlPlane,
    timings: deps.timings,
    signal: hurry.signal,
  })

/** Brings a concluded assignment to its end: output and files first, then the outcome. */
const deliver = async (life: Life, spool: OutputSpool, upload = startUpload(life, spool)): Promise<void> => {
  const { open, deps, spoolDir, hurry } = life
  const { concluded } = open
  if (concluded === undefined) throw new TypeError("only a concluded assignment can be delivered")
  const { controlPlane, outbox, timings, log } = deps
  const delivery = { open, spoolDir, spool, upload, controlPlane, outbox, timings, log, signal: hurry.signal }
  if (concluded.outcome.kind === "cancelled") {
    const late = setTimeout(() => hurry.abort(OVER), CANCELLED_DELIVERY_MILLIS)
    await upload.finish()
    clearTimeout(late)
    await outbox.report(outcomeReport(open, concluded.outcome, { bytes: spool.size(), isTruncated: false }, []))
    return
  }
  const missing = await deliverFiles(delivery)
  if (life.endReason === "stopping" || life.endReason === "abandoned") return
  // A cancel that came while we waited for the control plane is obeyed: the task would have no result to look at.
  const outcome: Outcome = life.endReason === "cancelled" ? { kind: "cancelled" } : concluded.outcome
  const output = { bytes: spool.size(), isTruncated: concluded.isTruncated || upload.refusal() !== undefined }
  await outbox.report(outcomeReport(open, outcome, output, missing))
}

const sessionReason: Readonly<Record<EndReason, CancelReason>> = {
  "time-limit": "time-limit",
  cancelled: "cancelled",
  stopping: "stopping",
  abandoned: "stopping",
}

/** Ends a session and says what came of it, at the latest `cancelBackstopMillis` after its cancel. */
const settled = async (life: Life, session: Session, running: Running): Promise<Outcome> => {
  const { deps } = life
  const crash = (error: unknown) => failure("error", `the runtime crashed: ${messageOf(error)}`)
  const { signal } = running.cancelled
  const givenUp = new Promise<Outcome>((resolve) => {
    const wait = async () => {
      await pause(deps.timings.cancelBackstopMillis)
      resolve(failure("error", "the runtime did not end when it was told to"))
    }
    const begin = () => void wait()
    if (signal.aborted) begin()
    else signal.addEventListener("abort", begin, { once: true })
  })
  return Promise.race([session.done.catch(crash), givenUp])
}

const concludedAs = (life: Life, outcome: Outcome, timeLimitMillis: number): Outcome => {
  if (life.endReason === "cancelled") return { kind: "cancelled" }
  if (life.endReason === "time-limit") {
    const summary = outcome.kind === "cancelled" ? undefined : outcome.summary
    const message = `did not end within its time limit of ${timeLimitMillis} ms`
    return { ...failure("time-limit", message), ...(summary === undefined ? {} : { summary }) }
  }
  // A session that says "cancelled" although nobody asked has failed its task.
  return outcome.kind === "cancelled" ? failure("error", "the runtime ended the work by itself") : outcome
}

/** The end of what a session says on the way. Steps and usage that wait leave before the outcome, unless nobody wants to hear of it. */
const closeGates = (
  { progress, usage, steps }: Gates,
  assignmentId: AssignmentId,
  endReason: EndReason | undefined,
) => {
  if (endReason !== "abandoned") {
    steps.flush(assignmentId)
    usage.flush(assignmentId)
  }
  for (const gate of [progress, usage, steps]) gate.close(assignmentId)
}

/** What a session that wants tools can do besides. */
const sessionTools = ({ access, completion, unfinished, briefing }: OpenTools) => ({
  tools: access,
  completion,
  unfinished,
  briefing,
})

/** Carries out one task. `early` are control messages that came before it. */
export const carryOut = (
  deps: WorkDeps,
  envelope: TaskEnvelope,
  entryId: string,
  early: readonly AssignmentControl[],
): HeldAssignment => {
  const { assignmentId, taskId } = envelope
  const { journal, outbox, gates, log, timings } = deps
  let isDelivering = false
  const running: Running = {
    session: undefined,
    tools: undefined,
    budget: undefined,
    early: [],
    asked: new Set(),
    heard: new Set(),
    cancelled: new AbortController(),
    isPaused: false,
  }
  const taken = journal.append({ k: "taken", assignmentId, taskId, entryId })
  const open = journal.state.open.get(assignmentId)
  if (open === undefined) throw new TypeError("a taken assignment is open")
  const life = lifeOf(deps, open)

  const end = (reason: EndReason): void => {
    if (life.endReason !== undefined && strength[life.endReason] >= strength[reason]) return
    life.endReason = reason
    if (isDelivering) return life.hurry.abort(OVER)
    running.session?.cancel(sessionReason[reason])
    running.cancelled.abort(OVER)
  }
  const control = (message: AssignmentControl): void => {
    if (message.kind === "cancel") end("cancelled")
    else apply(log, running, message)
  }
  for (const message of early) control(message)

  const work = async (spool: OutputSpool): Promise<Outcome> => {
    if (life.endReason !== undefined) return { kind: "cancelled" }
    const budget = startTimeBudget(envelope.timeLimitMillis, () => end("time-limit"))
    running.budget = budget
    const runtime = runtimeOf(deps.runtimes, envelope.runtime)
    const leave = await deps.conversations.enter(envelope.conversationId, running.cancelled.signal)
    try {
      if (life.endReason !== undefined) return { kind: "cancelled" }
      const onStage = () => {
        life.hasStaged = true
      }
      const own = sessionHost({ ...life, spool, gates, outbox, journal, asked: running.asked, budget, onStage })
      if (runtime.wantsTools === true) {
        const ids = { taskId, assignmentId }
        running.tools = await deps.tools.open({ ids, host: own, mayHaveChildren: envelope.epoch > 1 })
        running.cancelled.signal.addEventListener("abort", running.tools.close, { once: true })
      }
      const { signal } = running.cancelled
      const host = { ...own, signal, ...(running.tools === undefined ? {} : sessionTools(running.tools)) }
      const dir = join(life.spoolDir, "attachments")
      // A runtime without folders has no place for them.
      const given = runtime.needsNoFolders === true ? [] : await fetchAttachments({ ...deps, signal }, envelope, dir)
      if (signal.aborted) return { kind: "cancelled" }
      const task = taskOf(envelope, deps.memberOptions())
      const session = await runtime.open(given.length === 0 ? task : { ...task, files: given }, host)
      running.session = session
      if (life.endReason !== undefined) session.cancel(sessionReason[life.endReason])
      for (const message of running.early.splice(0)) apply(log, running, message)
      return await settled(life, session, running)
    } catch (error) {
      log.warn({ assignmentId, err: error }, "the runtime could not begin the task")
      return failure("runtime-unavailable", messageOf(error))
    } finally {
      leave()
      running.tools?.close()
      budget.stop()
    }
  }

  const live = async (): Promise<void> => {
    // One write for both: they lie in the journal in this order, and nothing leaves before it is there.
    await Promise.all([taken, outbox.report({ kind: "started", assignmentId, taskId })])
    const hasFolders = runtimeOf(deps.runtimes, envelope.runtime).needsNoFolders !== true
    if (hasFolders)
      for (const dir of [life.spoolDir, life.workDir]) await mkdir(dir, { recursive: true, mode: PRIVATE_DIR_MODE })
    const { command } = merge(deps.memberOptions(), envelope.runtimeOptions)
    const limitBytes = Math.min(OUTPUT_MAX_BYTES, command?.outputMaxBytes ?? OUTPUT_MAX_BYTES)
    const spool = newOutputSpool(life.spoolDir, limitBytes)
    const hasSpooled = (): boolean => spool.size() > 0 || life.hasStaged
    const upload = startUpload(life, spool)
    try {
      const outcome = await work(spool)
      closeGates(gates, assignmentId, life.endReason)
      if (life.endReason === "stopping") {
        life.hurry.abort(OVER)
        await outbox.report({ kind: "lost", assignmentId, taskId })
      } else if (life.endReason === "abandoned") life.hurry.abort(OVER)
      else {
        isDelivering = true
        const concluded = concludedAs(life, outcome, envelope.timeLimitMillis)
        const stored = journal.append({
          k: "concluded",
          assignmentId,
          outcome: concluded,
          isTruncated: spool.isTruncated(),
        })
        // With nothing to deliver first, the outcome follows in the same write.
        if (hasSpooled()) await stored
        await deliver(life, spool, upload)
      }
    } finally {
      life.hurry.abort(OVER)
      await upload.finish()
      await spool.close()
    }
    if ((hasFolders || hasSpooled()) && !journal.state.open.has(assignmentId)) await clean(life)
  }

  return {
    assignmentId,
    control,
    stop: () => end("stopping"),
    giveBack: () => {
      if (!isDelivering) end("stopping")
    },
    abandon: () => end("abandoned"),
    isWorking: () => !isDelivering && !running.isPaused && running.asked.size === 0,
    ended: live().catch(async (error: unknown) => {
      // The agent's own disk or code failed, not the task: another life may do better.
      log.error(
        { assignmentId, err: error, retryMillis: timings.retryMaxMillis },
        "an assignment could not be carried out",
      )
      closeGates(gates, assignmentId, "abandoned")
      await outbox.report({ kind: "lost", assignmentId, taskId })
      await clean(life)
    }),
  }
}

/** Goes on delivering what an earlier life of the agent had concluded. */
export const resumeDelivery = (deps: WorkDeps, open: OpenAssignment): HeldAssignment => {
  const life = lifeOf(deps, open)
  const end = (reason: EndReason): void => {
    life.endReason = reason
    life.hurry.abort(OVER)
  }
  const live = async (): Promise<void> => {
    const spool = await openOutputSpool(life.spoolDir, OUTPUT_MAX_BYTES, open.concluded?.isTruncated)
    try {
      await deliver(life, spool)
    } finally {
      life.hurry.abort(OVER)
      await spool.close()
    }
    if (!deps.journal.state.open.has(open.assignmentId)) await clean(life)
  }
  return {
    assignmentId: open.assignmentId,
    control: (message) => (message.kind === "cancel" ? end("cancelled") : undefined),
    stop: () => end("stopping"),
    giveBack: () => undefined,
    abandon: () => end("abandoned"),
    isWorking: () => false,
    ended: live().catch(async (error: unknown) => {
      deps.log.error({ assignmentId: open.assignmentId, err: error }, "a concluded assignment could not be delivered")
      await deps.outbox.report({ kind: "lost", assignmentId: open.assignmentId, taskId: open.taskId })
    }),
  }
}
