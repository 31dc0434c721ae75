import { execFile } from "node:child_process"
import { mkdir, writeFile } from "node:fs/promises"
import { dirname, join } from "node:path"
import { setTimeout as delay } from "node:timers/promises"
import { promisify } from "node:util"
import {
  type AgentContext,
  methods,
  RequestError,
  type RequestPermissionRequest,
  type RequestPermissionResponse,
  type SessionUpdate,
  type StopReason,
} from "@agentclientprotocol/sdk"
import { knownAnswers } from "#src/testing/scripted-agent/known.ts"
import type { ScriptedStep } from "#src/testing/scripted-agent/script.ts"
import { callTeamTool, type TeamServer } from "#src/testing/scripted-agent/team.ts"

export interface Stage {
  readonly client: AgentContext
  readonly sessionId: string
  readonly cwd: string
  readonly isResumed: boolean
  readonly team: TeamServer | undefined
  readonly signal: AbortSignal
}

export interface Played {
  readonly stopReason: StopReason
  readonly usage?: { readonly inputTokens: number; readonly outputTokens: number; readonly totalTokens: number }
}

const FLOOD_CHUNK_CHARS = 32 * 1024
const FOREVER_MILLIS = 2 ** 30
const run = promisify(execFile)

/** Plays a script as one turn. */
export const play = async (steps: readonly ScriptedStep[], stage: Stage): Promise<Played> => {
  const { client, sessionId, cwd, isResumed, team, signal } = stage
  let calls = 0
  let usage: Played["usage"]
  const known = knownAnswers()
  const update = (content: SessionUpdate) =>
    client.notify(methods.client.session.update, { sessionId, update: content })
  const say = (text: string) => update({ sessionUpdate: "agent_message_chunk", content: { type: "text", text } })
  const callOf = (title: string, input: unknown) => {
    calls += 1
    return { toolCallId: `call_${calls}`, title, rawInput: input, kind: "execute" } as const
  }
  const use = async (title: string, input: unknown, work: () => Promise<string>, fails = false): Promise<void> => {
    const call = callOf(title, input)
    await update({ sessionUpdate: "tool_call", ...call, status: "in_progress" })
    const text = await work()
    await update({
      sessionUpdate: "tool_call_update",
      toolCallId: call.toolCallId,
      status: fails ? "failed" : "completed",
      content: [{ type: "content", content: { type: "text", text } }],
    })
  }
  const wait = async (millis: number, heeds: AbortSignal | undefined): Promise<void> => {
    await delay(millis, undefined, heeds === undefined ? {} : { signal: heeds }).catch(() => undefined)
  }

  const take = async (scripted: ScriptedStep): Promise<StopReason | undefined> => {
    const step = known.fill(scripted) as ScriptedStep
    if ("say" in step) await say(step.say)
    else if ("think" in step)
      await update({ sessionUpdate: "agent_thought_chunk", content: { type: "text", text: step.think } })
    else if ("plan" in step)
      await update({
        sessionUpdate: "plan",
        entries: step.plan.map((entry) => ({ ...entry, priority: "medium" as const })),
      })
    else if ("tool" in step) await use(step.tool.title, step.tool.input, async () => step.tool.output, step.tool.fails)
    else if ("run" in step)
      await use(step.run, { command: step.run }, async () => (await run("sh", ["-c", step.run], { cwd })).stdout)
    else if ("write" in step) {
      const path = join(cwd, step.write.path)
      await mkdir(dirname(path), { recursive: true })
      await writeFile(path, step.write.text)
    } else if ("permission" in step) {
      const request: RequestPermissionRequest = {
        sessionId,
        toolCall: callOf(step.permission.title, step.permission.input),
        options: [
          { optionId: "yes", name: "Allow", kind: "allow_once" },
          { optionId: "no", name: "Reject", kind: "reject_once" },
        ],
      }
      const { outcome }: RequestPermissionResponse = await client.request(
        methods.client.session.requestPermission,
        request,
      )
      if (outcome.outcome !== "selected") return "cancelled"
      if (outcome.optionId !== "yes") {
        await say("then not")
        return "end_turn"
      }
    } else if ("ask" in step) {
      const { message, choices } = step.ask
      const answer = await client.request(methods.client.elicitation.create, {
        sessionId,
        mode: "form",
        message,
        requestedSchema: {
          type: "object",
          properties: { answer: { type: "string", ...(choices === undefined ? {} : { enum: [...choices] }) } },
        },
      })
      await say(
        answer.action === "accept" && "content" in answer
          ? `got ${JSON.stringify(answer.content)}`
          : `got ${answer.action}`,
      )
    } else if ("team" in step)
      await use(step.team.name, step.team.arguments, async () => {
        if (team === undefined) return "there are no team tools"
        const { name, arguments: args, until = "", as } = step.team
        let text: string
        do text = await callTeamTool(team, name, args)
        while (!text.includes(until) && !signal.aborted)
        if (as !== undefined) known.keep(as, text)
        await say(`${name}: ${text}\n`)
        return text
      })
    else if ("noise" in step) process.stdout.write(step.noise)
    else if ("warn" in step) process.stderr.write(step.warn)
    else if ("flood" in step)
      for (let left = step.flood; left > 0 && !signal.aborted; left -= FLOOD_CHUNK_CHARS)
        await say("x".repeat(Math.min(left, FLOOD_CHUNK_CHARS)))
    else if ("tickMillis" in step)
      while (!signal.aborted) {
        await say("tick\n")
        await wait(step.tickMillis, signal)
      }
    else if ("sleepMillis" in step) await wait(step.sleepMillis, signal)
    else if ("hang" in step) {
      if (step.hang === "stubborn") process.on("SIGTERM", () => undefined)
      await wait(FOREVER_MILLIS, step.hang === "stubborn" ? undefined : signal)
    } else if ("signal" in step) {
      process.kill(process.pid, step.signal)
      await wait(FOREVER_MILLIS, undefined)
    } else if ("exit" in step) process.exit(step.exit)
    else if ("stop" in step) return step.stop
    else if ("error" in step) throw new RequestError(step.error.code, step.error.message)
    else if ("usage" in step) usage = { ...step.usage, totalTokens: step.usage.inputTokens + step.usage.outputTokens }
    else if (isResumed) await say(`resumed ${sessionId}`)
    else {
      process.kill(process.pid, "SIGKILL")
      await wait(FOREVER_MILLIS, undefined)
    }
    return undefined
  }

  for (const step of steps) {
    const stopReason = signal.aborted ? "cancelled" : await take(step)
    if (stopReason !== undefined) return { stopReason }
  }
  return { stopReason: signal.aborted ? "cancelled" : "end_turn", ...(usage === undefined ? {} : { usage }) }
}
