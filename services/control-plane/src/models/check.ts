import type { ModelCheck } from "@muster/contracts"
import type { ModelAccess } from "@muster/operational-state"
import { MODEL_CHECK_ANSWER_MAX_BYTES, MODEL_CHECK_TIMEOUT_MILLIS } from "#src/limits.ts"
import { askModel, faultCodeOf } from "#src/models/ask.ts"
import { wordsForAnswer, wordsForFault, wordsForSilence } from "#src/models/words.ts"

const QUESTION = { messages: [{ role: "user", content: "Answer with the single word OK." }] }

/** One small real call, as agents make it. Never fails: what went wrong is in the words. Nothing that the endpoint says is passed on. */
export const checkModel = async (
  access: ModelAccess,
  timeoutMillis: number = MODEL_CHECK_TIMEOUT_MILLIS,
): Promise<ModelCheck> => {
  const since = performance.now()
  const signal = AbortSignal.timeout(timeoutMillis)
  const done = (status: number | null, { ok, words }: Pick<ModelCheck, "ok" | "words">): ModelCheck => ({
    ok,
    words,
    status,
    millis: Math.round(performance.now() - since),
  })
  try {
    const answer = await askModel(access, QUESTION, { signal, maxBytes: MODEL_CHECK_ANSWER_MAX_BYTES })
    return done(answer.status, wordsForAnswer(answer, access.model))
  } catch (error) {
    const words = signal.aborted ? wordsForSilence(timeoutMillis) : wordsForFault(faultCodeOf(error))
    return done(null, { ok: false, words })
  }
}
