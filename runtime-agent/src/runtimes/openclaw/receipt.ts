import type { Usage } from "@muster/domain"
import type { Outcome } from "#src/runtimes/contract.ts"
import { countOf, type Fields, fieldsOf, textOf } from "#src/runtimes/openclaw/fields.ts"
import { failed, type Leftover, ownFailure, shortcoming } from "#src/runtimes/shared/turn-outcome.ts"

export interface TurnEnd extends Leftover {
  /** What `agent.wait` answered. */
  readonly receipt: Fields
  /** The reason the gateway gave for an error, in its events. */
  readonly lastError: string | undefined
}

/** True while the answer only says that the turn has not ended yet. */
export const isStillRunning = (receipt: Fields): boolean =>
  receipt["status"] === "timeout" && receipt["endedAt"] === undefined

/** True for a turn that ended with an answer. `ok` alone says nothing: a turn that broke off in a tool is `ok`, too. */
export const isAnswered = (receipt: Fields): boolean =>
  receipt["status"] === "ok" &&
  receipt["stopReason"] === "stop" &&
  fieldsOf(receipt["terminalReply"])["disposition"] === "visible"

/** The words that an answered turn ended with. */
export const replyOf = (receipt: Fields): string => textOf(fieldsOf(receipt["terminalReply"])["text"])?.trim() ?? ""

const brokenOff = (receipt: Fields, lastError: string | undefined): string => {
  const status = textOf(receipt["status"]) ?? "unknown"
  const why = textOf(receipt["error"]) ?? lastError
  if (status !== "ok") return `OpenClaw ended the turn with an error${why === undefined ? "" : `: ${why}`}`
  const stop = textOf(receipt["stopReason"]) ?? "none"
  const disposition = textOf(fieldsOf(receipt["terminalReply"])["disposition"]) ?? "none"
  return `OpenClaw ended the turn without an answer (stop reason ${stop}, reply ${disposition})${why === undefined ? "" : `: ${why}`}`
}

/** What a turn came to: by its receipt and by what the `complete` tool was told, never by what the prose claims. */
export const turnOutcome = ({ receipt, lastError, ...left }: TurnEnd): Outcome => {
  const summary = left.completion?.summary || replyOf(receipt)
  const own = ownFailure(left.completion, summary)
  if (own !== undefined) return own
  if (!isAnswered(receipt)) return failed(brokenOff(receipt, lastError), { summary })
  return shortcoming(left, summary) ?? { kind: "succeeded", summary: summary || "done, without closing words" }
}

/** The totals in the second answer to a started turn. */
export const usageOf = (second: Fields, model: string): Usage | undefined => {
  const meta = fieldsOf(fieldsOf(fieldsOf(second["result"])["meta"])["agentMeta"])
  const { input, output, cacheRead } = fieldsOf(meta["usage"])
  const inputTokens = countOf(input)
  const outputTokens = countOf(output)
  if (inputTokens === undefined || outputTokens === undefined) return undefined
  const cached = countOf(cacheRead)
  // OpenClaw counts what it had cached apart from the input.
  return {
    model,
    inputTokens: inputTokens + (cached ?? 0),
    outputTokens,
    ...(cached === undefined || cached === 0 ? {} : { cachedInputTokens: cached }),
  }
}
