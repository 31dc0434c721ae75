import { mkdir } from "node:fs/promises"
import { join } from "node:path"
import { OUTPUT_MAX_BYTES, type TaskEnvelope } from "@muster/contracts"
import type { AssignmentId, RuntimeOptions } from "@muster/domain"
import { messageOf } from "#src/errors.ts"
import { OVER, pause } from "#src/pause.ts"
import type { CancelReason, Outcome, RuntimeTask, Session } from "#src/runtimes/contract.ts"
import { runtimeOf } from "#src/runtimes/table.ts"
import type { OpenTools } from "#src/tools/index.ts"
import { fetchAttachments } from "#src/work/attachments.ts"
import { apply, type AssignmentControl, type Running } from "#src/work/at-work.ts"
import {
  clean,
  deliver,
  type EndReason,
  type HeldAssignment,
  type Life,
  lifeOf,
  startUpload,
  strength,
  type WorkDeps,
} from "#src/work/life.ts"
import { newOutputSpool, type OutputSpool } from "#src/work/output-spool.ts"
import { type Gates, sessionHost } from "#src/work/session-host.ts"
import { startTimeBudget } from "#src/work/time-budget.ts"

const PRIVATE_DIR_MODE = 0o700

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
