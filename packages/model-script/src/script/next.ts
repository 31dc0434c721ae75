import { placeOf } from "#src/answer.ts"
import { type Conversation, type PastTurn, sinceUser } from "#src/conversation.ts"
import { ScriptUnreadable } from "#src/errors.ts"
import { QUOTE_MAX_CHARS, UNTIL_REPEATS_MAX } from "#src/limits.ts"
import { scriptIn } from "#src/script/in-text.ts"
import { type Rule, scriptByRules } from "#src/script/rules.ts"
import { type FaultStep, isFault, type Script, type TurnStep } from "#src/script/step.ts"

/** What the model does now. */
export interface Move {
  /** Absent: the turn goes well. */
  readonly fault?: FaultStep
  readonly step: TurnStep
  /** What tools answered since the user spoke. */
  readonly results: readonly string[]
}

/** Counts how often a fault has struck at a place; answers how often before this time. */
export type Strike = (place: string) => number

const skipFaults = (script: Script, from: number): number => {
  let at = from
  for (let step = script[at]; step !== undefined && isFault(step); step = script[at]) at += 1
  return at
}

/** The step that comes after what was done already. Faults leave no turn behind. */
const placeAfter = (script: Script, past: readonly PastTurn[]): number => {
  let at = 0
  let repeats = 0
  for (const { results } of past) {
    at = skipFaults(script, at)
    const step = script[at]
    const until = step === undefined || isFault(step) ? undefined : step.until
    const isDone = until === undefined || repeats >= UNTIL_REPEATS_MAX || results.some((text) => text.includes(until))
    repeats = isDone ? 0 : repeats + 1
    if (isDone) at += 1
  }
  return at
}

const END: TurnStep = { text: "The script has no further step." }

const perform = (script: Script, conversation: Conversation, past: readonly PastTurn[], strike: Strike): Move => {
  const results = past.flatMap((turn) => turn.results)
  for (let at = placeAfter(script, past); ; at += 1) {
    const step = script[at]
    if (step === undefined) return { step: END, results }
    if (!isFault(step)) return { step, results }
    if (strike(placeOf(conversation, at)) < (step.times ?? 1)) {
      const next = script[skipFaults(script, at)]
      return { fault: step, step: next === undefined || isFault(next) ? END : next, results }
    }
  }
}

const unscripted = (userText: string): TurnStep => {
  const quote = userText.trim().slice(0, QUOTE_MAX_CHARS)
  return { text: `This is a scripted model. It has no script for: “${quote}”` }
}

/**
 * The next move: by the script in what the user said last, else by the first rule that matches, else words that say there is none.
 * The n-th turn of the model since the user spoke is the n-th step.
 */
export const nextMove = (conversation: Conversation, rules: readonly Rule[], strike: Strike): Move => {
  const { userText, past } = sinceUser(conversation)
  try {
    const script = scriptIn(userText) ?? scriptByRules(rules, conversation, userText)
    if (script !== undefined) return perform(script, conversation, past, strike)
  } catch (error) {
    if (!(error instanceof ScriptUnreadable)) throw error
    return { step: { text: `The script could not be read: ${error.message}` }, results: [] }
  }
  return { step: unscripted(userText), results: [] }
}
