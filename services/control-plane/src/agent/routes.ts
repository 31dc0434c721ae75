import type { Readable } from "node:stream"
import { BlobHashMismatch, BlobTooLarge } from "@muster/blobs"
import {
  API_PREFIX,
  ARTIFACT_MAX_BYTES,
  AttachmentParams,
  BlobParams,
  BootstrapRequest,
  OUTPUT_CHUNK_MAX_BYTES,
  OutputParams,
  OutputQuery,
} from "@muster/contracts"
import type { FastifyInstance, FastifyRequest } from "fastify"
import { readAttachment } from "#src/agent/attachments.ts"
import { bootstrap } from "#src/agent/bootstrap.ts"
import { type AgentIdentity, identify } from "#src/agent/identity.ts"
import { modelAccess } from "#src/agent/model.ts"
import { appendOutput } from "#src/agent/output.ts"
import { registerTools } from "#src/agent/tools.ts"
import type { Desk } from "#src/handlers/desk.ts"
import { decoder } from "#src/http/decode.ts"
import { perMinute } from "#src/http/security.ts"
import { ProblemError } from "#src/http/problem.ts"
import { BOOTSTRAPS_PER_MINUTE_MAX } from "#src/limits.ts"

export const AGENT_PREFIX = `${API_PREFIX}/agent`

const decodeBootstrap = decoder(BootstrapRequest, { root: "", problem: "validation" })
const decodeOutputParams = decoder(OutputParams, { root: "/params", problem: "not-found" })
const decodeOutputQuery = decoder(OutputQuery, { root: "/query", problem: "validation" })
const decodeBlobParams = decoder(BlobParams, { root: "/params", problem: "not-found" })

const decodeAttachmentParams = decoder(AttachmentParams, { root: "/params", problem: "not-found" })

const OCTETS = "application/octet-stream"

/** Asks for the key before a byte of the body is read. */
const guarding = (desk: Desk, action: "agent.output" | "agent.artifact" | "agent.read") => {
  const known = new WeakMap<FastifyRequest, AgentIdentity>()
  return {
    onRequest: async (request: FastifyRequest): Promise<void> => {
      known.set(request, await identify(desk, request, action))
    },
    agentOf: (request: FastifyRequest): AgentIdentity => {
      const agent = known.get(request)
      if (agent === undefined) throw new Error("invariant: the guard ran")
      return agent
    },
  }
}

const registerOutput = (app: FastifyInstance, desk: Desk): void => {
  const guard = guarding(desk, "agent.output")
  app.addContentTypeParser(OCTETS, { parseAs: "buffer" }, (_request, body, done) => done(null, body))
  app.route({
    method: "POST",
    url: "/tasks/:task/assignments/:assignment/output",
    onRequest: guard.onRequest,
    bodyLimit: OUTPUT_CHUNK_MAX_BYTES,
    handler: async (request) => {
      if (!(request.body instanceof Uint8Array)) throw new ProblemError("unsupported-media-type", `Send ${OCTETS}.`)
      const { task, assignment } = decodeOutputParams(request.params)
      const { offset } = decodeOutputQuery(request.query)
      return appendOutput(desk, guard.agentOf(request), { task, assignment, offset, bytes: request.body })
    },
  })
}

const registerBlobs = (app: FastifyInstance, desk: Desk): void => {
  const guard = guarding(desk, "agent.artifact")
  // The body is left alone: it flows into the store, hashed on the way.
  app.addContentTypeParser(OCTETS, (_request, payload, done) => done(null, payload))
  app.route({
    method: "PUT",
    url: "/blobs/:sha256",
    onRequest: guard.onRequest,
    bodyLimit: ARTIFACT_MAX_BYTES,
    handler: async (request) => {
      const { sha256 } = decodeBlobParams(request.params)
      if (request.headers["content-type"] !== OCTETS)
        throw new ProblemError("unsupported-media-type", `Send ${OCTETS}.`)
      try {
        return await desk.blobs.put(request.body as Readable, { maxBytes: ARTIFACT_MAX_BYTES, expectedSha256: sha256 })
      } catch (error) {
        if (error instanceof BlobTooLarge)
          throw new ProblemError("too-large", `A file has at most ${error.limit} bytes.`, { cause: error })
        if (error instanceof BlobHashMismatch)
          throw new ProblemError("hash-mismatch", "Nothing was kept; send it again.", { cause: error })
        throw error
      }
    },
  })
}

/** How an agent comes to its credentials and delivers bytes. */
export const registerAgentRoutes = async (app: FastifyInstance, desk: Desk): Promise<void> => {
  await app.register(
    async (agentApp) => {
      agentApp.post(
        "/bootstrap",
        { onRequest: perMinute(agentApp, BOOTSTRAPS_PER_MINUTE_MAX) },
        async (request, reply) => {
          void reply.header("cache-control", "no-store")
          return bootstrap(desk, decodeBootstrap(request.body))
        },
      )
      agentApp.get("/model", async (request, reply) => {
        void reply.header("cache-control", "no-store")
        return modelAccess(desk, await identify(desk, request, "agent.model"))
      })
      agentApp.get("/tasks/:task/assignments/:assignment/attachments/:sha256", async (request, reply) => {
        const agent = await identify(desk, request, "agent.read")
        const { size, stream } = await readAttachment(desk, agent, decodeAttachmentParams(request.params))
        return reply
          .headers({ "content-type": OCTETS, "content-length": String(size), "cache-control": "no-store" })
          .send(stream)
      })
      await agentApp.register(async (outputApp) => registerOutput(outputApp, desk))
      await agentApp.register(async (blobApp) => registerBlobs(blobApp, desk))
      registerTools(agentApp, desk, guarding(desk, "agent.read"))
    },
    { prefix: AGENT_PREFIX },
  )
}
