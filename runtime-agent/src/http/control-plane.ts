import { createReadStream } from "node:fs"
import { AgentCredentials, ModelAccessReply, OutputState } from "@muster/contracts"
import type { AssignmentId, TaskId } from "@muster/domain"
import { Option, Schema } from "effect"
import { BootstrapRefused, ControlPlaneAway } from "#src/errors.ts"
import { fetchAttachment, type WantedFile } from "#src/http/attachments.ts"
import { awayOr, type Stored } from "#src/http/refusal.ts"
import { send } from "#src/http/request.ts"
import { HTTP_BLOB_TIMEOUT_MILLIS, HTTP_TIMEOUT_MILLIS } from "#src/limits.ts"

/** The agent's half of `contracts/agent.ts`. Everything may fail with ControlPlaneAway; then it is tried again later. */
export interface ControlPlane {
  /** Output is appended at `offset`; the answer is how much is stored, which may be less or more than we thought. */
  readonly appendOutput: (
    ids: { taskId: TaskId; assignmentId: AssignmentId },
    offset: number,
    bytes: Uint8Array,
    signal?: AbortSignal,
  ) => Promise<Stored>
  readonly putBlob: (file: { path: string; sha256: string; size: number }, signal?: AbortSignal) => Promise<Stored>
  /** Brings a file that came with the task to `path`. */
  readonly readAttachment: (
    ids: { taskId: TaskId; assignmentId: AssignmentId },
    file: WantedFile,
    signal?: AbortSignal,
  ) => Promise<Stored>
  /** The model that holds for the member, with its key. It goes nowhere but into sessions. */
  readonly modelAccess: () => Promise<ModelAccessReply>
  /** True when anything answers there. */
  readonly isReachable: () => Promise<boolean>
  /** True only when the control plane itself says that our key is void. */
  readonly areCredentialsVoid: () => Promise<boolean>
}

const JSON_TYPE = { "content-type": "application/json" }
const BYTES_TYPE = { "content-type": "application/octet-stream" }

const decodeCredentials = Schema.decodeUnknownOption(Schema.fromJsonString(AgentCredentials))
const decodeOutputState = Schema.decodeUnknownOption(Schema.fromJsonString(OutputState))
const decodeModelAccess = Schema.decodeUnknownOption(Schema.fromJsonString(ModelAccessReply))
/** A 409 carries how much is stored beside the problem's own fields. */
const decodeGap = Schema.decodeUnknownOption(Schema.fromJsonString(Schema.Struct({ size: Schema.Int })))

/** An address below the agent's door. */
export const under = (baseUrl: string, path: string): URL =>
  new URL(`${baseUrl.replace(/\/+$/, "")}/api/v1/agent${path}`)

export const connectControlPlane = (baseUrl: string, apiKey: string): ControlPlane => {
  const authorization = { authorization: `Bearer ${apiKey}` }
  return {
    appendOutput: async ({ taskId, assignmentId }, offset, bytes, signal) => {
      const reply = await send({
        method: "POST",
        url: under(baseUrl, `/tasks/${taskId}/assignments/${assignmentId}/output?offset=${offset}`),
        headers: { ...authorization, ...BYTES_TYPE },
        body: bytes,
        timeoutMillis: HTTP_TIMEOUT_MILLIS,
        ...(signal ? { signal } : {}),
      })
      const state = reply.status === 409 ? decodeGap(reply.body) : decodeOutputState(reply.body)
      const isAnswer = reply.status === 200 || reply.status === 201 || reply.status === 409
      if (isAnswer && Option.isSome(state)) return { kind: "stored", size: state.value.size }
      return awayOr(reply)
    },
    putBlob: async ({ path, sha256, size }, signal) => {
      const reply = await send({
        method: "PUT",
        url: under(baseUrl, `/blobs/${sha256}`),
        headers: { ...authorization, ...BYTES_TYPE, "content-length": String(size) },
        body: createReadStream(path),
        timeoutMillis: HTTP_BLOB_TIMEOUT_MILLIS,
        ...(signal ? { signal } : {}),
      })
      return reply.status >= 200 && reply.status < 300 ? { kind: "stored", size } : awayOr(reply)
    },
    readAttachment: ({ taskId, assignmentId }, file, signal) => {
      const url = under(baseUrl, `/tasks/${taskId}/assignments/${assignmentId}/attachments/${file.sha256}`)
      return fetchAttachment({ url, headers: authorization }, file, signal)
    },
    modelAccess: async () => {
      const reply = await send({
        method: "GET",
        url: under(baseUrl, "/model"),
        headers: authorization,
        timeoutMillis: HTTP_TIMEOUT_MILLIS,
      })
      const access = reply.status === 200 ? decodeModelAccess(reply.body) : Option.none()
      if (Option.isSome(access)) return access.value
      const { status, detail } = awayOr(reply)
      return { access: null, reason: `The control plane tells no model (status ${status}): ${detail}` }
    },
    isReachable: async () => {
      try {
        await send({ method: "GET", url: new URL("/healthz", baseUrl), timeoutMillis: HTTP_TIMEOUT_MILLIS })
        return true
      } catch (error) {
        if (error instanceof ControlPlaneAway) return false
        throw error
      }
    },
    areCredentialsVoid: async () => {
      // No route asks this alone. Nothing is appended: the ids are of no task, and authentication comes first.
      const nobody = "00000000-0000-0000-0000-000000000000"
      const reply = await send({
        method: "POST",
        url: under(baseUrl, `/tasks/${nobody}/assignments/${nobody}/output?offset=0`),
        headers: { ...authorization, ...BYTES_TYPE },
        body: new Uint8Array(0),
        timeoutMillis: HTTP_TIMEOUT_MILLIS,
      })
      return reply.status === 401
    },
  }
}

/** Spends a bootstrap token. Fails with ControlPlaneAway, or with BootstrapRefused when the token is no good. */
export const bootstrap = async (
  baseUrl: string,
  request: { token: string; agentVersion: string; host: string },
): Promise<AgentCredentials> => {
  const reply = await send({
    method: "POST",
    url: under(baseUrl, "/bootstrap"),
    headers: JSON_TYPE,
    body: Buffer.from(JSON.stringify(request)),
    timeoutMillis: HTTP_TIMEOUT_MILLIS,
  })
  const credentials = reply.status === 200 || reply.status === 201 ? decodeCredentials(reply.body) : Option.none()
  if (Option.isSome(credentials)) return credentials.value
  const { status, detail } = awayOr(reply)
  throw new BootstrapRefused({ status, message: `the bootstrap token was not accepted (status ${status}): ${detail}` })
}
