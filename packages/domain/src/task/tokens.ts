import type { Usage } from "#src/events/step.ts"

/** What a limit of tokens counts: all that went in, seen before or not, and all that came out. */
export const tokensOf = ({ inputTokens, outputTokens }: Usage): number => inputTokens + outputTokens

/** The tokens of a run against the limit of its team. */
export interface RunBudget {
  readonly usedTokens: number
  readonly maxTokens: number
}

/** True when nothing more may be dispatched. Work that is under way goes on: what it uses is known only behind it. */
export const isOverBudget = ({ usedTokens, maxTokens }: RunBudget): boolean => usedTokens >= maxTokens

/** Why, in words for whoever reads it: a person or an agent. */
export const budgetWords = ({ usedTokens, maxTokens }: RunBudget): string =>
  `This run has used ${usedTokens} tokens, and its team allows ${maxTokens} for a task and all that it dispatches`
