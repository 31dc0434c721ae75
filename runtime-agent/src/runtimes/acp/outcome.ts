import type { Usage } from "@muster/domain"
import { messageOf } from "#src/errors.ts"
import { AgentRefused } from "#src/runtimes/acp/errors.ts"
import { cutTo } from "#src/runtimes/acp/texts.ts"
import type { Updates } from "#src/runtimes/acp/updates.ts"
import type { Outcome } from "#src/runtimes/contract.ts"
import { exitWords } from "#src/runtimes/shared/exit-words.ts"
import { failed, type Leftover, ownFailure, shortcoming } from "#src/runtimes/shared/turn-outcome.ts"

export interface TurnEnd extends Leftover {
  /** As the agent says it; the protocol knows end_turn, max_tokens, max_turn_requests, refusal and cancelled. */
  readonly stopReason: string
  readonly updates: Pick<Updates, "lastMessage" | "count">
}

/** What a turn came to: by how it stopped and what the `complete` tool was told, never by what the agent's prose claims. */
export const turnOutcome = ({ stopReason, updates, ...left }: TurnEnd): Outcome => {
  const { completion } = left
  const summary = completion?.summary || updates.lastMessage()
  switch (stopReason) {
    case "end_turn": {
      const short = ownFailure(completion, summary) ?? shortcoming(left, summary)
      if (short !== undefined) return short
      const { messages, tools } = updates.count()
      if (messages === 0 && tools === 0 && completion === undefined)
        return failed("the agent ended its turn without a word and without doing anything")
      return { kind: "succeeded", summary: summary || `done in ${tools} tool calls, without closing words` }
    }
    case "max_tokens":
      return failed("the model's answer reached its length limit before the work was done", { summary })
    case "max_turn_requests":
      return failed("the agent reached the number of model requests it may make in one turn", { summary })
    case "refusal":
      return failed("the model refused to go on with this task", { isRetryable: false, summary })
    case "cancelled":
      return { kind: "cancelled" }
    default:
      return failed(`the agent ended its turn in a way that is not known: ${stopReason}`, { summary })
  }
}

export interface Death {
  readonly title: string
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  /** Last lines of its error stream. */
  readonly stderr: string
  /** It had a session already. */
  readonly wasReady: boolean
}

export const deathOutcome = ({ title, code, signal, stderr, wasReady }: Death): Outcome => {
  const how = exitWords(code, signal).replace("the command", title)
  const last = stderr === "" ? "" : `: ${stderr}`
  if (wasReady)
    return {
      kind: "failed",
      reason: "exit-code",
      message: `${how}, in the middle of its work${last}`,
      isRetryable: true,
      ...(code === null ? {} : { exitCode: code }),
    }
  return {
    kind: "failed",
    reason: "runtime-unavailable",
    message: `${how}, before it was ready${last}`,
    isRetryable: true,
  }
}

export const unavailable = (message: string): Outcome => ({
  kind: "failed",
  reason: "runtime-unavailable",
  message,
  isRetryable: true,
})

const AUTH_REQUIRED = -32_000
const ERROR_DATA_MAX_CHARS = 600

/** An error that the agent answered with. */
export const refusedOutcome = (title: string, error: unknown): Outcome => {
  if (!(error instanceof AgentRefused)) return failed(`${title}: ${messageOf(error)}`)
  const { code, data, message } = error
  const told =
    data === undefined || data === null
      ? ""
      : ` (${cutTo(typeof data === "string" ? data : JSON.stringify(data), ERROR_DATA_MAX_CHARS)})`
  if (code === AUTH_REQUIRED)
    return unavailable(`${title} wants to be signed in, or its key is not accepted: ${message}${told}`)
  return failed(`${title} answered with an error: ${message}${told}`)
}

const MICROS_PER_USD = 1_000_000
const isCount = (value: unknown): value is number =>
  typeof value === "number" && Number.isSafeInteger(value) && value >= 0

/** Totals of a turn, where the agent tells them (an addition to the stable protocol). */
export const usageOf = (
  response: object,
  costUsd: number | undefined,
  model: string | undefined,
): Usage | undefined => {
  const usage = "usage" in response ? response.usage : undefined
  if (typeof usage !== "object" || usage === null) return undefined
  const { inputTokens, outputTokens, cachedReadTokens } = usage as Readonly<Record<string, unknown>>
  if (!isCount(inputTokens) || !isCount(outputTokens)) return undefined
  return {
    ...(model === undefined ? {} : { model }),
    inputTokens,
    outputTokens,
    ...(isCount(cachedReadTokens) ? { cachedInputTokens: cachedReadTokens } : {}),
    ...(costUsd === undefined || costUsd < 0 ? {} : { costMicros: Math.round(costUsd * MICROS_PER_USD) }),
  }
}
