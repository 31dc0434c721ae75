import type { ModelCheck } from "@muster/contracts"
import type { ModelAccess } from "@muster/operational-state"
import { MODEL_CHECK_ANSWER_MAX_BYTES, MODEL_CHECK_TIMEOUT_MILLIS } from "#src/limits.ts"
import { parseJson } from "#src/models/json.ts"
import { wordsForAnswer, wordsForFault, wordsForSilence } from "#src/models/words.ts"

const QUESTION = "Answer with the single word OK."

/** The beginning of an answer; what is longer than any small one is no JSON then. */
const readSome = async (response: Response): Promise<string> => {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk)
    size += chunk.length
    if (size > MODEL_CHECK_ANSWER_MAX_BYTES) break
  }
  return Buffer.concat(chunks).toString("utf8")
}

const ask = async ({ baseUrl, apiKey, model }: ModelAccess, signal: AbortSignal) => {
  const response = await fetch(`${baseUrl}/chat/completions`, {
    method: "POST",
    // A key goes to the host it was given for, and to no other.
    redirect: "manual",
    headers: {
      "content-type": "application/json",
      ...(apiKey === null ? {} : { authorization: `Bearer ${apiKey}` }),
    },
    body: JSON.stringify({ model, messages: [{ role: "user", content: QUESTION }] }),
    signal,
  })
  return { status: response.status, body: parseJson(await readSome(response)) }
}

const codeOf = (error: unknown): string => {
  const cause: unknown = error instanceof Error && error.cause !== undefined ? error.cause : error
  if (cause instanceof AggregateError) return codeOf(cause.errors[0])
  return cause instanceof Error && "code" in cause && typeof cause.code === "string" ? cause.code : "unknown"
}

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
    const answer = await ask(access, signal)
    return done(answer.status, wordsForAnswer(answer, access.model))
  } catch (error) {
    const words = signal.aborted ? wordsForSilence(timeoutMillis) : wordsForFault(codeOf(error))
    return done(null, { ok: false, words })
  }
}
