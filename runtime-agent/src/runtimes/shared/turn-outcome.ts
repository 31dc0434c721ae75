import type { Usage } from "@muster/domain"
import type { Completion, Outcome } from "#src/runtimes/contract.ts"

/** What a turn left behind, beside what its agent says of it. */
export interface Leftover {
  readonly completion: Completion | undefined
  /** An action that a person denied and after which the agent did nothing more. */
  readonly denied: string | undefined
  /** What the session dispatched and left open, also when it was told. */
  readonly unfinished: string | undefined
}

export const failed = (
  message: string,
  { isRetryable = true, summary = "" }: { readonly isRetryable?: boolean; readonly summary?: string } = {},
): Outcome => ({
  kind: "failed",
  reason: "error",
  message,
  isRetryable,
  ...(summary === "" ? {} : { summary }),
})

/** The agent's own word that it failed, when it gave one with the `complete` tool. */
export const ownFailure = (completion: Completion | undefined, summary: string): Outcome | undefined =>
  completion?.status === "failed"
    ? failed(completion.summary || "the agent says that it failed", { summary })
    : undefined

/** Why a turn that ended well is no success, or undefined. */
export const shortcoming = ({ completion, denied, unfinished }: Leftover, summary: string): Outcome | undefined => {
  if (denied !== undefined && completion === undefined)
    return {
      kind: "failed",
      reason: "approval-denied",
      message: `not approved: ${denied}`,
      isRetryable: false,
      ...(summary === "" ? {} : { summary }),
    }
  if (unfinished !== undefined)
    return failed(`the agent ended its turn while work that it had dispatched was open: ${unfinished}`, { summary })
  return undefined
}

/** Totals of several turns of one session. Tokens add up; the cost that an agent tells is that of its session already. */
export const addUsage = (before: Usage | undefined, turn: Usage): Usage => {
  if (before === undefined) return turn
  const cached = (before.cachedInputTokens ?? 0) + (turn.cachedInputTokens ?? 0)
  return {
    ...turn,
    inputTokens: before.inputTokens + turn.inputTokens,
    outputTokens: before.outputTokens + turn.outputTokens,
    ...(cached === 0 ? {} : { cachedInputTokens: cached }),
  }
}
