import type { Usage } from "@muster/domain"
import type { Completion, Outcome } from "#src/runtimes/contract.ts"
import { countOf, type Fields, fieldsOf, textOf } from "#src/runtimes/openclaw/fields.ts"

export interface TurnEnd {
  /** What `agent.wait` answered. */
  readonly receipt: Fields
  /** The reason the gateway gave for an error, in its events. */
  readonly lastError: string | undefined
  readonly completion: Completion | undefined
  /** An action that a person denied and after which nothing was allowed. */
  readonly denied: string | undefined
  /** What the session dispatched and left open, also when it was told. */
  readonly unfinished: string | undefined
}

const failed = (message: string, summary = ""): Outcome => ({
  kind: "failed",
  reason: "error",
  message,
  isRetryable: true,
  ...(summary === "" ? {} : { summary }),
})

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
export const turnOutcome = ({ receipt, lastError, completion, denied, unfinished }: TurnEnd): Outcome => {
  const summary = completion?.summary || replyOf(receipt)
  if (completion?.status === "failed") return failed(completion.summary || "the agent says that it failed", summary)
  if (!isAnswered(receipt)) return failed(brokenOff(receipt, lastError), summary)
  if (denied !== undefined && completion === undefined)
    return {
      kind: "failed",
      reason: "approval-denied",
      message: `not approved: ${denied}`,
      isRetryable: false,
      ...(summary === "" ? {} : { summary }),
    }
  if (unfinished !== undefined)
    return failed(`the agent ended its turn while work that it had dispatched was open: ${unfinished}`, summary)
  return { kind: "succeeded", summary: summary || "done, without closing words" }
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

/** Totals of several turns of one session. */
export const addUsage = (a: Usage | undefined, b: Usage): Usage => {
  if (a === undefined) return b
  const cached = (a.cachedInputTokens ?? 0) + (b.cachedInputTokens ?? 0)
  return {
    ...b,
    inputTokens: a.inputTokens + b.inputTokens,
    outputTokens: a.outputTokens + b.outputTokens,
    ...(cached === 0 ? {} : { cachedInputTokens: cached }),
  }
}
