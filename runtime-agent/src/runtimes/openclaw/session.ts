import { lchown, lutimes, mkdir } from "node:fs/promises"
import { join } from "node:path"
import { hasCode, messageOf, RuntimeUnavailable } from "#src/errors.ts"
import { DEFAULT_ARTIFACT_PATTERNS } from "#src/limits.ts"
import type { Log } from "#src/log.ts"
import { OVER, pause } from "#src/pause.ts"
import { outputQueue } from "#src/runtimes/acp/output-queue.ts"
import { promptOf, steeredPromptOf, unfinishedPromptOf } from "#src/runtimes/acp/prompt.ts"
import type { CancelReason, ModelAccess, Outcome, RuntimeTask, Session, SessionHost } from "#src/runtimes/contract.ts"
import { makeAsking } from "#src/runtimes/openclaw/asking.ts"
import { agentOf } from "#src/runtimes/openclaw/config.ts"
import { conversationKey, forgetOldest, placeOf } from "#src/runtimes/openclaw/conversations.ts"
import type { Door } from "#src/runtimes/openclaw/door.ts"
import { GatewayConnectionLost, GatewayError, GatewayLost } from "#src/runtimes/openclaw/errors.ts"
import type { Fields } from "#src/runtimes/openclaw/fields.ts"
import type { Gateway } from "#src/runtimes/openclaw/gateway.ts"
import {
  BROKEN_TURN_END_WAIT_MILLIS,
  GATEWAY_ABORT_MAX_MILLIS,
  TURN_END_WAIT_MILLIS,
} from "#src/runtimes/openclaw/limits.ts"
import { type GatewayHouse, tidyTask } from "#src/runtimes/openclaw/process.ts"
import { isAnswered, replyOf, turnOutcome, usageOf } from "#src/runtimes/openclaw/receipt.ts"
import { type Slots, slotOfConversation } from "#src/runtimes/openclaw/slots.ts"
import type { Tidying } from "#src/runtimes/openclaw/tidying.ts"
import { turnEvents } from "#src/runtimes/openclaw/turn-events.ts"
import { startTurn, waitForTurn } from "#src/runtimes/openclaw/turns.ts"
import { collectArtifacts } from "#src/runtimes/shared/collect.ts"
import { addUsage } from "#src/runtimes/shared/turn-outcome.ts"
import { ownNames, placeFiles } from "#src/runtimes/shared/workspace.ts"

export interface OpenclawSessionOptions {
  readonly task: RuntimeTask
  readonly model: ModelAccess
  readonly host: SessionHost
  readonly gateway: Gateway
  readonly house: GatewayHouse
  readonly door: Door
  readonly slots: Slots
  readonly tidying: Tidying
  readonly log: Log
}

const cancelled: Outcome = { kind: "cancelled" }
const PRIVATE_DIR_MODE = 0o700
const LABEL_MAX_CHARS = 80

const rules = (task: RuntimeTask, slot: number, hasTools: boolean, briefing: string | undefined): string =>
  [
    `You carry out one task for Muster, unattended: ${task.title}`,
    "Your working directory belongs to this task. Put files that are to be kept into its folder artifacts/.",
    ...(hasTools
      ? [
          `Your team's tools begin with team${slot}__: use them to report, to ask people, and to work with other members. When the work is done, or can not be done, say so with team${slot}__complete.`,
        ]
      : []),
    ...(briefing === undefined ? [] : [briefing.replace("the server `team`", `the server \`team${slot}\``)]),
  ].join("\n")

/** A session in the member's gateway, from its slot to its outcome. */
export const openOpenclawSession = (options: OpenclawSessionOptions): Session => {
  const { task, model, host, gateway, house, door, slots, tidying, log } = options
  const { assignmentId } = task
  const stopping = new AbortController()
  let reason: CancelReason | undefined
  let slot: number | undefined
  let isPaused = false
  /** What people said; OpenClaw hears it when it has ended a turn. */
  const said: string[] = []
  const { conversationId } = task
  const place = conversationId === undefined ? assignmentId : placeOf(conversationId)
  const workDir = join(house.dirs.work, place)
  const output = outputQueue(host.output)
  const events = turnEvents(host, output)

  const tryRequest = async (method: string, params: object): Promise<void> => {
    try {
      await gateway.request(method, params)
    } catch (error) {
      if (!(error instanceof GatewayError || error instanceof GatewayConnectionLost || error instanceof GatewayLost))
        throw error
      log.warn({ assignmentId, method, reason: error.message }, "OpenClaw did not take a request")
    }
  }
  const asking = makeAsking({
    host,
    resolve: (method, params) => void tryRequest(method, params),
    onFailure: (error) => log.error({ assignmentId, err: error }, "a person could not be asked"),
  })
  const stopped = new Promise<void>((resolve) => {
    stopping.signal.addEventListener("abort", () => resolve(), { once: true })
  })

  /** False where the conversation has one: then it has a session, too. */
  const makeWorkDir = async (): Promise<boolean> => {
    try {
      await mkdir(workDir, { mode: PRIVATE_DIR_MODE })
    } catch (error) {
      if (conversationId === undefined || !hasCode(error, "EEXIST")) throw error
      // The oldest are forgotten first; this one is in use.
      const now = new Date()
      await lutimes(workDir, now, now)
      return false
    }
    const { account } = house.confinement
    // Never through a link: what runs under this account may write beside it.
    if (account) await lchown(workDir, account.uid, account.gid)
    return true
  }

  const createSession = async (agentId: string, key: string): Promise<void> => {
    const cwd = join(house.confinement.seen(house.dirs).work, place)
    const { permissions } = task.options.openclaw ?? {}
    try {
      await gateway.request("sessions.create", {
        agentId,
        key,
        label: `${task.title.slice(0, LABEL_MAX_CHARS)} ${assignmentId}`,
        cwd,
        ...(permissions === "allow" ? {} : { permissionMode: "guarded" }),
      })
    } catch (error) {
      // The next turn would take the directory for a session.
      if (conversationId !== undefined) await tidyTask(house, place)
      throw error
    }
  }
  const converse = async (number: number, key: string, isNew: boolean): Promise<Outcome> => {
    const agentId = agentOf(number)
    const { artifacts } = task.options.openclaw ?? {}
    if (isNew) await createSession(agentId, key)
    let usage = undefined
    const system = rules(task, number, host.tools !== undefined, await host.briefing?.())
    let message = promptOf(task)
    let unfinished: string | undefined
    let receipt: Fields = {}
    let wasTold = false
    for (let turn = 1; ; turn += 1) {
      const runId = `${assignmentId}-${turn}`
      const { totals, isHeard } = await startTurn(gateway, { key, agentId, runId, message, system })
      receipt = await waitForTurn(gateway, runId, stopping.signal)
      if (stopping.signal.aborted) return cancelled
      // The receipt overtakes what the turn said last.
      const late = new AbortController()
      const waited = pause(isAnswered(receipt) ? TURN_END_WAIT_MILLIS : BROKEN_TURN_END_WAIT_MILLIS, late.signal)
      const second = await Promise.race([totals, waited])
      if (isAnswered(receipt) && isHeard()) await Promise.race([events.ended(runId), waited])
      late.abort(OVER)
      events.finish(isAnswered(receipt) ? replyOf(receipt) : "")
      const used = second === undefined ? undefined : usageOf(second, model.model)
      if (used !== undefined) {
        usage = addUsage(usage, used)
        host.usage(usage)
      }
      const hasMore = () => isAnswered(receipt) && said.length > 0 && host.completion() === undefined
      unfinished = isAnswered(receipt) && !hasMore() ? await host.unfinished?.() : undefined
      if (hasMore()) {
        message = steeredPromptOf(said.splice(0))
        continue
      }
      if (unfinished === undefined || wasTold) break
      wasTold = true
      message = unfinishedPromptOf(unfinished)
    }
    await output.drained()
    const outcome = turnOutcome({
      receipt,
      lastError: events.lastError(),
      completion: host.completion(),
      denied: asking.denied(),
      unfinished,
    })
    await collect(artifacts)
    gateway.proveGood()
    return outcome
  }
  const collect = (patterns: readonly string[] = DEFAULT_ARTIFACT_PATTERNS): Promise<void> =>
    collectArtifacts({
      root: workDir,
      patterns,
      except: ownNames(task),
      ownerUid: house.confinement.account?.uid,
      host,
    })

  /** Ends what the gateway still does for this session; at the latest with the gateway itself. */
  const abort = async (key: string): Promise<void> => {
    const aborted = tryRequest("sessions.abort", { key, clearQueued: true }).then(() => true)
    const isAborted = await Promise.race([aborted, pause(GATEWAY_ABORT_MAX_MILLIS)])
    if (isAborted !== true)
      gateway.kill("a session of OpenClaw did not end when it was told to, so its gateway was ended")
  }

  const inSlot = async (number: number): Promise<Outcome> => {
    const key =
      conversationId === undefined
        ? `agent:${agentOf(number)}:task-${assignmentId}`.toLowerCase()
        : conversationKey(conversationId)
    let fail: (error: GatewayLost | GatewayError) => void = () => undefined
    const broken = new Promise<never>((_, reject) => {
      fail = reject
    })
    broken.catch(() => undefined) // waited for below, as long as there is something to wait for
    door.open(number, {
      model,
      tools: host.tools,
      onModelRefused: (words) => fail(new GatewayError({ code: "MODEL_REFUSED", message: words })),
    })
    if (isPaused) door.hold(number, true)
    const detach = gateway.attach(key, {
      onEvent: (event, payload) => {
        if (asking.take(event, payload)) return undefined
        events.take(event, payload)
        return Promise.race([output.room(), stopped])
      },
      onLost: (message) => fail(new GatewayLost({ message })),
    })
    let hasEnded = false
    try {
      const isNew = await makeWorkDir()
      await placeFiles(workDir, task, house.confinement.account)
      const work = converse(number, key, isNew)
      const outcome = await Promise.race([work, broken, output.failed, stopped.then(() => cancelled)])
      hasEnded = outcome.kind !== "cancelled"
      // What was going on meets a session that is aborted now.
      if (!hasEnded) work.catch(() => undefined)
      return outcome
    } catch (error) {
      hasEnded = error instanceof GatewayLost
      const isRefusal =
        error instanceof GatewayError || error instanceof GatewayLost || error instanceof GatewayConnectionLost
      if (!isRefusal) throw error
      return { kind: "failed", reason: "error", message: error.message, isRetryable: true }
    } finally {
      door.shut(number)
      if (!hasEnded) await abort(key)
      detach()
      if (reason === "time-limit") await collect(task.options.openclaw?.artifacts)
      void leave(key)
    }
  }

  /** Nobody waits for this: the outcome is known. */
  const leave = async (key: string): Promise<void> => {
    try {
      if (conversationId !== undefined) return await forgetOldest(house, tidying.forget)
      tidying.forget(key)
      await tidyTask(house, place)
    } catch (error) {
      log.warn({ assignmentId, reason: messageOf(error) }, "the directory of a task could not be removed")
    }
  }

  const run = async (): Promise<Outcome> => {
    slot = await slots.take(stopping.signal, conversationId && slotOfConversation(conversationId))
    if (slot === undefined) return cancelled
    const begun = tidying.begin()
    try {
      host.progress({ note: "OpenClaw is being made ready" })
      const pid = await gateway.ready(stopping.signal)
      await host.process(pid)
      await Promise.race([begun, stopped])
      if (stopping.signal.aborted) return cancelled
      host.progress({ note: "OpenClaw works" })
      return await inSlot(slot)
    } catch (error) {
      if (stopping.signal.aborted) return cancelled
      if (!(error instanceof RuntimeUnavailable)) throw error
      return { kind: "failed", reason: "runtime-unavailable", message: error.message, isRetryable: true }
    } finally {
      tidying.end()
      slots.release(slot)
    }
  }

  const hold = (isHeld: boolean): void => {
    isPaused = isHeld
    if (slot !== undefined) door.hold(slot, isHeld)
  }
  return {
    done: run(),
    cancel: (why) => {
      reason ??= why
      stopping.abort(OVER)
    },
    pause: () => hold(true),
    resume: () => hold(false),
    steer: (text) => void said.push(text),
    answer: (questionId, text) => asking.reply(questionId, { isApproved: true, text }),
    decide: (approvalId, isApproved, comment) => asking.reply(approvalId, { isApproved, text: comment }),
  }
}
