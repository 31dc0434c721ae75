import { ClientProblem, ClientUnreachable } from "@muster/client"
import { API_PREFIX, IDEMPOTENCY_KEY_HEADER, PROBLEM_TYPE_PREFIX, Problem } from "@muster/contracts"
import type { UploadedFile } from "@muster/contracts"
import { Result, Schema } from "effect"
import { noteSessionEnded } from "#src/session/session.ts"

export interface UploadOptions {
  /** Names the command: the same file sent again under it is put there once. */
  readonly idempotencyKey: string
  readonly signal: AbortSignal
  readonly onProgress: (sentBytes: number) => void
}

export type Upload = (teamId: string, file: Blob, name: string, options: UploadOptions) => Promise<UploadedFile>

const UNAUTHENTICATED = 401
const decodeProblem = Schema.decodeUnknownResult(Schema.fromJsonString(Problem))

const problemOf = (request: XMLHttpRequest): ClientProblem => {
  const decoded = decodeProblem(request.responseText)
  const problem = Result.isSuccess(decoded)
    ? decoded.success
    : {
        type: `${PROBLEM_TYPE_PREFIX}unexpected-answer`,
        title: request.statusText || String(request.status),
        status: request.status,
      }
  return new ClientProblem({ problem, retryAfterMillis: undefined })
}

/**
 * Puts a file beside a team and tells how much of it has left. The one request that is not made by `fetch`, which says nothing of what it
 * has sent. Fails as commands do, with ClientProblem or ClientUnreachable.
 */
export const uploadFile: Upload = (teamId, file, name, { idempotencyKey, signal, onProgress }) =>
  new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    const fail = (cause: unknown) => reject(new ClientUnreachable({ idempotencyKey, cause }))
    const abort = () => request.abort()
    request.open("POST", `${API_PREFIX}/teams/${teamId}/files?name=${encodeURIComponent(name)}`)
    request.setRequestHeader("accept", "application/json")
    request.setRequestHeader("content-type", "application/octet-stream")
    request.setRequestHeader(IDEMPOTENCY_KEY_HEADER, idempotencyKey)
    request.upload.addEventListener("progress", (event) => onProgress(event.loaded))
    request.addEventListener("error", fail)
    request.addEventListener("abort", fail)
    request.addEventListener("load", () => {
      if (request.status === UNAUTHENTICATED) noteSessionEnded()
      if (request.status >= 200 && request.status < 300) resolve(JSON.parse(request.responseText) as UploadedFile)
      else reject(problemOf(request))
    })
    request.addEventListener("loadend", () => signal.removeEventListener("abort", abort))
    if (signal.aborted) return fail(signal.reason)
    signal.addEventListener("abort", abort)
    request.send(file)
  })
