import type { Answer } from "#src/answer.ts"
import type { Conversation } from "#src/conversation.ts"
import type { JsonObject } from "#src/json.ts"
import { REQUESTS_KEPT_MAX } from "#src/limits.ts"

export type DialectName = "chat" | "responses" | "messages"

/** A request that was understood, and what came of it. The key it showed is not kept. */
export interface RecordedRequest {
  readonly dialect: DialectName
  readonly body: JsonObject
  readonly conversation: Conversation
  readonly status: number
  /** Absent when a fault answered in its place. */
  readonly answer?: Answer
}

/** The last requests, oldest first. */
export const makeRecording = () => {
  const requests: RecordedRequest[] = []
  return {
    requests: requests as readonly RecordedRequest[],
    add: (request: RecordedRequest): void => {
      requests.push(request)
      if (requests.length > REQUESTS_KEPT_MAX) requests.shift()
    },
  }
}
