import type { ServerResponse } from "node:http"
import type { Answer } from "#src/answer.ts"
import type { Conversation } from "#src/conversation.ts"
import type { Dialect, Refusal } from "#src/dialects/dialect.ts"
import { RETRY_AFTER_DEFAULT_SECONDS, SLOW_DEFAULT_MILLIS } from "#src/limits.ts"
import type { FaultKind, FaultStep } from "#src/script/step.ts"
import { pause, send, sendForever } from "#src/server/stream.ts"

const JSON_TYPE = "application/json; charset=utf-8"
const STREAM_HEADERS = { "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-cache" }

export const refuse = (
  response: ServerResponse,
  dialect: Pick<Dialect, "refusal">,
  refusal: Refusal,
  headers: Readonly<Record<string, string>> = {},
): void => {
  response.writeHead(refusal.status, { "content-type": JSON_TYPE, ...headers })
  response.end(JSON.stringify(dialect.refusal(refusal)))
}

export const UNAUTHORIZED: Refusal = { status: 401, code: "invalid_api_key", message: "This key is not valid." }

interface Reply {
  readonly response: ServerResponse
  readonly dialect: Dialect
  readonly conversation: Conversation
  readonly answer: Answer
  readonly pauseMillis: number
}

const bodiesOf = ({ dialect, conversation, answer }: Reply): readonly string[] =>
  conversation.isStream ? dialect.frames(answer, conversation) : [JSON.stringify(dialect.whole(answer))]

const begin = ({ response, conversation }: Reply): void => {
  response.writeHead(200, conversation.isStream ? STREAM_HEADERS : { "content-type": JSON_TYPE })
}

const answerWell = async (reply: Reply): Promise<void> => {
  begin(reply)
  await send(reply.response, bodiesOf(reply), reply.pauseMillis)
  reply.response.end()
}

/** Half of the answer, then nothing: the connection is gone. */
const cut = async (reply: Reply): Promise<void> => {
  begin(reply)
  const texts = bodiesOf(reply)
  const half =
    texts.length === 1
      ? texts.map((text) => text.slice(0, text.length / 2))
      : texts.slice(0, Math.ceil(texts.length / 2))
  await send(reply.response, half, reply.pauseMillis)
  // What was written has to leave first, otherwise nothing of it would arrive.
  await new Promise<void>((resolve) => {
    reply.response.write("", () => resolve())
  })
  reply.response.destroy()
}

const endless = async (reply: Reply): Promise<void> => {
  begin(reply)
  const [first = "", ...rest] = bodiesOf({ ...reply, answer: { ...reply.answer, text: "and so on ", toolCalls: [] } })
  if (!reply.conversation.isStream) return sendForever(reply.response, " ")
  await send(reply.response, [first], 0)
  return sendForever(reply.response, rest.find((text) => text.includes("and so on")) ?? ": nothing\n\n")
}

const nonsense = (reply: Reply): void => {
  begin(reply)
  reply.response.end(reply.conversation.isStream ? 'data: {"choices": [{"delta": ,,,\n\n' : '{"choices": [{"mess')
}

const STATUS: Readonly<Partial<Record<FaultKind, number>>> = {
  unauthorized: 401,
  "rate-limited": 429,
  "server-error": 500,
}

/** The status that a client sees. */
export const statusOf = (fault: FaultStep | undefined): number => (fault && STATUS[fault.fault]) ?? 200

/**
 * Answers one request, well or with a fault; resolves when the answer has left or the client has. Rejects with an AbortError when the
 * client left during a pause.
 */
export const perform = async (reply: Reply, fault: FaultStep | undefined): Promise<void> => {
  const { response, dialect } = reply
  switch (fault?.fault) {
    case undefined:
      await answerWell(reply)
      break
    case "slow":
      await pause(response, fault.delayMillis ?? SLOW_DEFAULT_MILLIS)
      await answerWell(reply)
      break
    case "cut":
      await cut(reply)
      break
    case "endless":
      await endless(reply)
      break
    case "nonsense":
      nonsense(reply)
      break
    case "unauthorized":
      refuse(response, dialect, UNAUTHORIZED)
      break
    case "rate-limited": {
      const seconds = String(fault.retryAfterSeconds ?? RETRY_AFTER_DEFAULT_SECONDS)
      const refusal = {
        status: 429,
        code: "rate_limit_exceeded",
        message: `Too many requests. Try again in ${seconds} s.`,
      }
      refuse(response, dialect, refusal, { "retry-after": seconds })
      break
    }
    case "server-error":
      refuse(response, dialect, { status: 500, code: "server_error", message: "The model failed." })
      break
  }
}
