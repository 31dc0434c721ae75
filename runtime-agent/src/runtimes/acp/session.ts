import { join } from "node:path"
import { RuntimeUnavailable } from "#src/errors.ts"
import { type AgentTimings, DEFAULT_ARTIFACT_PATTERNS, OUTPUT_DRAIN_MILLIS } from "#src/limits.ts"
import { pause } from "#src/pause.ts"
import { makeAsking } from "#src/runtimes/acp/asking.ts"
import { type Conversation, openConversation } from "#src/runtimes/acp/conversation.ts"
import type { Installation } from "#src/runtimes/acp/installation.ts"
import {
  ACP_CANCEL_POLITE_MILLIS,
  ACP_READY_MAX_MILLIS,
  ACP_STDERR_TAIL_BYTES,
  ACP_STDERR_TAIL_LINES,
} from "#src/runtimes/acp/limits.ts"
import { type SessionMemory, sessionMemory } from "#src/runtimes/acp/memory.ts"
import { deathOutcome, refusedOutcome, unavailable } from "#src/runtimes/acp/outcome.ts"
import { outputQueue } from "#src/runtimes/acp/output-queue.ts"
import { type AgentProcess, startAgentProcess } from "#src/runtimes/acp/process.ts"
import type { OnStage } from "#src/runtimes/acp/stages.ts"
import { toolCalls } from "#src/runtimes/acp/tool-calls.ts"
import { readUpdates } from "#src/runtimes/acp/updates.ts"
import { lineSplitter, makeWire } from "#src/runtimes/acp/wire.ts"
import type { CancelReason, Outcome, RuntimeTask, Session, SessionHost } from "#src/runtimes/contract.ts"
import { collectArtifacts } from "#src/runtimes/shared/collect.ts"
import type { Confinement } from "#src/runtimes/shared/confinement.ts"
import { killSurvivors } from "#src/runtimes/shared/survivors.ts"
import { lastLines, tail } from "#src/runtimes/shared/tail.ts"
import { ownNames } from "#src/runtimes/shared/workspace.ts"
import { heldClock } from "#src/runtimes/simulated/held-clock.ts"
import { removeTree } from "#src/state/remove-tree.ts"

export { sessionMemory }

export interface AcpSessionOptions {
  readonly task: RuntimeTask
  readonly host: SessionHost
  readonly confinement: Confinement
  readonly installation: Installation
  readonly home: Promise<string>
  readonly memory: SessionMemory
  readonly timings: Pick<AgentTimings, "cancelGraceMillis">
  readonly env: NodeJS.ProcessEnv
  /** Called when the session has ended; true when no other one runs as the same account. */
  readonly onEnd: () => boolean
  /** Removes the directories of the task, sometime. */
  readonly leave: (root: string) => void
  readonly onStage?: OnStage
  /** Called once the program has a session, or has ended without one; more than once is no matter. */
  readonly onStarted: () => void
}

/** Secrets of a session are not repeated in words about its failure, nor in what its agent logs. */
const scrubber = (secrets: readonly (string | undefined)[]) => {
  const known = secrets.filter((secret) => secret !== undefined && secret !== "")
  return (text: string): string => known.reduce<string>((rest, secret) => rest.replaceAll(secret ?? "", "…"), text)
}

/** What could not begin leaves nothing behind. */
const begin = async (options: AcpSessionOptions, root: string): Promise<AgentProcess> => {
  try {
    return await startAgentProcess({ ...options, root })
  } catch (error) {
    await removeTree(root)
    throw error
  }
}

/** Starts an agent and gives it the task. Fails with RuntimeUnavailable. */
export const openAcpSession = async (options: AcpSessionOptions): Promise<Session> => {
  const { task, host, confinement, installation, memory, timings, onEnd, leave, onStage, onStarted } = options
  const { title } = installation.entry
  const root = confinement.workRoot === undefined ? host.workDir : join(confinement.workRoot, task.assignmentId)
  const child = await begin(options, root)
  // Written down while the program starts; it is given no work before.
  const noted = host.process(child.pid)
  noted.catch(() => undefined) // heard below, and before the first prompt

  const scrub = scrubber([task.model?.apiKey, host.tools?.token])
  const queue = outputQueue(host.output)
  const pushLog = (bytes: Uint8Array): void => {
    const text = Buffer.from(bytes).toString("utf8")
    const clean = scrub(text)
    queue.push(clean === text ? bytes : clean)
  }
  const say = (words: string): void => queue.push(`[muster] ${words}\n`)
  const calls = toolCalls()
  const updates = readUpdates({ host, output: queue, calls })
  let fail: (error: unknown) => void = () => undefined
  const failure = new Promise<never>((_, reject) => {
    fail = reject
  })
  failure.catch(() => undefined) // heard by the race below
  const asking = makeAsking({ host, calls, mode: task.options.acp?.permissions ?? "ask", onFailure: fail })
  let talk: Conversation | undefined
  const wire = makeWire({
    stdin: child.stdin,
    stdout: child.stdout,
    onUpdate: (params) => (talk === undefined || talk.isLive() ? updates.take(params) : undefined),
    onNoise: pushLog,
    answer: asking.answer,
    room: queue.room,
  })
  wire.ended.catch(fail)

  const errors = tail(ACP_STDERR_TAIL_BYTES)
  const readErrors = async (): Promise<void> => {
    const lines = lineSplitter((line) => pushLog(Buffer.concat([line, Buffer.from("\n")])), pushLog)
    for await (const chunk of child.stderr) {
      errors.push(chunk as Buffer)
      lines.push(chunk as Buffer)
      await queue.room()
    }
    lines.end()
  }
  const errorsRead = readErrors()
  errorsRead.catch(fail)

  const clock = heldClock()
  const over = new AbortController()
  let isReady = false
  let isEnding = false
  let keepsFiles = true
  let hasEnded = false
  let isStopped = false
  const wakeUp = (): void => {
    if (isStopped) child.tell("SIGCONT")
    isStopped = false
  }

  const streamsRead = (): Promise<unknown> => {
    const both = Promise.all([wire.ended, errorsRead])
    return confinement.sandboxDepth > 0 && !isEnding ? both : Promise.race([both, pause(OUTPUT_DRAIN_MILLIS)])
  }
  const death = async (): Promise<Outcome> => {
    const [code, signal] = await child.exited
    await streamsRead()
    // An answer that came with the last bytes goes first.
    await new Promise((resolve) => setImmediate(resolve))
    updates.finish()
    const stderr = lastLines(errors.text(), ACP_STDERR_TAIL_LINES)
    return deathOutcome({ title, code, signal, stderr, wasReady: isReady })
  }
  const dead = death()
  dead.catch(fail)

  const late = async (): Promise<Outcome> => {
    await clock.wait(ACP_READY_MAX_MILLIS, over.signal)
    return unavailable(`${title} was not ready to work within ${ACP_READY_MAX_MILLIS / 1_000} seconds`)
  }
  const converse = async (): Promise<Outcome> => {
    try {
      const conversation = openConversation({
        task,
        host,
        title,
        tellsTotals: installation.entry.tellsLastCallOnly !== true,
        listsToolsFirst: installation.entry.listsToolsFirst === true,
        wire,
        asking,
        updates,
        memory,
        cwd: confinement.seen(child.dirs).work,
        say,
        noted,
        ...(onStage === undefined ? {} : { onStage }),
      })
      talk = conversation
      const notReady = await Promise.race([conversation.ready(), late()])
      if (notReady !== undefined) return notReady
      isReady = true
      onStarted()
      return await conversation.work()
    } catch (error) {
      if (error instanceof RuntimeUnavailable) return unavailable(error.message)
      // A closed connection is the end of the process, or leads to it; how it ended says more.
      if (wire.isClosed()) {
        child.tell("SIGTERM", true)
        await Promise.race([dead, pause(timings.cancelGraceMillis)])
        if (!child.hasExited()) return unavailable(`${title} closed its output without an answer`)
        return dead
      }
      return refusedOutcome(title, error)
    }
  }

  /** Nothing of the agent is left running afterwards. */
  const endProcess = async (): Promise<void> => {
    over.abort()
    asking.end()
    child.stdin.end()
    wakeUp()
    child.tell(isEnding ? "SIGKILL" : "SIGTERM", !isEnding)
    await Promise.race([child.exited, pause(timings.cancelGraceMillis)])
    child.tell("SIGKILL")
    await child.exited
    hasEnded = true
    onStarted()
    killSurvivors(confinement, child.pid, onEnd())
    onStage?.("ended")
  }

  const keepFiles = (): Promise<void> =>
    collectArtifacts({
      root: child.dirs.work,
      patterns: task.options.acp?.artifacts ?? DEFAULT_ARTIFACT_PATTERNS,
      except: ownNames(task),
      ownerUid: confinement.account?.uid,
      host,
    })

  const keepAll = async (): Promise<void> => {
    await Promise.race([queue.drained(), queue.failed])
    await keepFiles()
  }

  const run = async (): Promise<Outcome> => {
    let outcome: Outcome
    try {
      outcome = await Promise.race([converse(), dead, failure, queue.failed])
      onStage?.("answered")
      await endProcess()
      const wasInterrupted = child.hasExited() && isInterrupted(outcome)
      const forgets = !wasInterrupted && task.conversationId === undefined
      await Promise.all([forgets ? memory.forget(task.taskId) : undefined, keepsFiles ? keepAll() : undefined])
      onStage?.("kept")
      return outcome.kind === "failed" ? { ...outcome, message: scrub(outcome.message) } : outcome
    } finally {
      if (!hasEnded) await endProcess()
      leave(root)
    }
  }
  /** The agent died or is being stopped with its task unfinished: the next attempt may go on in its session. */
  let isStopping = false
  const isInterrupted = (outcome: Outcome): boolean =>
    isStopping || (outcome.kind === "failed" && outcome.reason === "exit-code")

  const end = (reason: CancelReason): void => {
    if (hasEnded) return
    keepsFiles = reason === "time-limit"
    isStopping ||= reason === "stopping"
    if (isEnding) return
    isEnding = true
    asking.end()
    clock.release()
    wakeUp()
    talk?.cancel()
    const politeMillis = isReady ? ACP_CANCEL_POLITE_MILLIS : 0
    setTimeout(() => child.tell("SIGTERM", true), politeMillis).unref()
    setTimeout(() => child.tell("SIGKILL"), politeMillis + timings.cancelGraceMillis).unref()
  }
  const done = run()
  try {
    await noted
  } catch (error) {
    end("stopping")
    await done.catch(() => undefined) // why it could not begin says more
    throw error
  }
  return {
    done,
    cancel: end,
    pause: () => {
      if (hasEnded || isEnding) return
      clock.hold()
      isStopped = true
      child.tell("SIGSTOP")
    },
    resume: () => {
      if (hasEnded) return
      clock.release()
      wakeUp()
    },
    answer: (questionId, text) => asking.reply(questionId, { isApproved: true, text }),
    decide: (approvalId, isApproved, comment) => asking.reply(approvalId, { isApproved, text: comment }),
    steer: (text, isInterrupt) => {
      if (!hasEnded && !isEnding) talk?.steer(text, isInterrupt)
    },
  }
}
