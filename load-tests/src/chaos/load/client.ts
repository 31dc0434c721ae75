import { setTimeout as delay } from "node:timers/promises"
import type { BulkReply } from "@muster/contracts"
import { API_PREFIX, IDEMPOTENCY_KEY_HEADER, type Accepted } from "@muster/contracts"
import { LOAD_REQUEST_TIMEOUT_MILLIS, LOAD_RETRY_FIRST_MILLIS, LOAD_RETRY_MAX_MILLIS } from "../limits.ts"
import type { Arrival } from "./tasks.ts"

/** What became of a request: ids of its tasks in their order, or what the product said no with. */
export type Answer =
  | { readonly kind: "acknowledged"; readonly taskIds: readonly string[] }
  | { readonly kind: "refused"; readonly why: string }
  | { readonly kind: "given-up" }

export interface ClientOptions {
  /** Where control planes are reached; any will do. */
  readonly urls: readonly string[]
  readonly cookie: string
  /** No new try after this fires. */
  readonly giveUp: AbortSignal
}

const isAway = (status: number): boolean => status >= 500 || status === 429 || status === 408

/** Cut off, reset, not reached, too slow: nothing is known of the outcome, so the same is asked again under the same key. */
const isCutOff = (error: unknown): boolean =>
  error instanceof TypeError || (error instanceof DOMException && ["TimeoutError", "AbortError"].includes(error.name))

interface Tried {
  readonly status: number
  readonly text: string
}

/** A client that repeats a request under its key, at whichever control plane, until it is answered. */
export const makeClient = ({ urls, cookie, giveUp }: ClientOptions) => {
  let turn = 0

  const attempt = async (path: string, key: string, body: unknown): Promise<Tried | undefined> => {
    const url = urls[turn++ % urls.length] ?? ""
    try {
      const response = await fetch(`${url}${API_PREFIX}${path}`, {
        method: "POST",
        headers: { origin: url, cookie, "content-type": "application/json", [IDEMPOTENCY_KEY_HEADER]: key },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(LOAD_REQUEST_TIMEOUT_MILLIS),
      })
      const text = await response.text()
      return isAway(response.status) ? undefined : { status: response.status, text }
    } catch (error) {
      if (!isCutOff(error)) throw error
      return undefined
    }
  }

  const insist = async (path: string, key: string, body: unknown): Promise<Tried | undefined> => {
    for (let waitMillis = LOAD_RETRY_FIRST_MILLIS; ; waitMillis = Math.min(waitMillis * 2, LOAD_RETRY_MAX_MILLIS)) {
      const tried = await attempt(path, key, body)
      if (tried !== undefined || giveUp.aborted) return tried
      await delay(waitMillis / 2 + (Math.random() * waitMillis) / 2)
    }
  }

  const acknowledgedBy = (arrival: Arrival, text: string): Answer => {
    if (!arrival.isBulk) return { kind: "acknowledged", taskIds: [(JSON.parse(text) as Accepted).id] }
    const { verdicts } = JSON.parse(text) as typeof BulkReply.Type
    const refused = verdicts.find((verdict) => !verdict.ok)
    if (refused !== undefined) return { kind: "refused", why: JSON.stringify(refused) }
    return { kind: "acknowledged", taskIds: verdicts.flatMap((verdict) => (verdict.ok ? [verdict.id] : [])) }
  }

  return {
    dispatch: async (arrival: Arrival): Promise<Answer> => {
      const { teamId, isBulk, tasks, key } = arrival
      const path = `/teams/${teamId}/tasks${isBulk ? "/bulk" : ""}`
      const tried = await insist(path, key, isBulk ? { tasks } : tasks[0])
      if (tried === undefined) return { kind: "given-up" }
      if (tried.status >= 300) return { kind: "refused", why: `${tried.status} ${tried.text}` }
      return acknowledgedBy(arrival, tried.text)
    },
    /** The task may have ended before: then it is closed, which is an answer too. */
    cancel: async (teamId: string, taskId: string): Promise<string | undefined> => {
      const tried = await insist(`/teams/${teamId}/tasks/${taskId}/cancel`, `cancel-${taskId}`, { reason: "enough" })
      return tried === undefined || tried.status < 300 || tried.status === 409
        ? undefined
        : `${tried.status} ${tried.text}`
    },
  }
}
