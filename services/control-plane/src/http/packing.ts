import compress from "@fastify/compress"
import type { FastifyInstance, FastifyRequest } from "fastify"
import { constants } from "node:zlib"
import { isLocalCaller } from "#src/http/local-caller.ts"
import { BROTLI_QUALITY, GZIP_LEVEL, PACKED_FROM_BYTES } from "#src/limits.ts"

/** The plugin leaves the answer alone when a request has it. */
const NOT_PACKED = "x-no-compression"
/** Texts. Not streams of events, which a packer would hold back, and not the bytes of files, which mostly are packed already. */
const PACKED_TYPES =
  /^(?:text\/(?!event-stream)|application\/(?:[\w.-]+\+json|json|x-ndjson|javascript)|image\/svg\+xml)/u

/**
 * Answers of some size are packed for callers that understand it: pages, histories, files of text. For a caller on this machine it
 * would cost time and save nothing.
 */
export const packAnswers = async (app: FastifyInstance): Promise<void> => {
  app.addHook("onRequest", async (request: FastifyRequest) => {
    if (isLocalCaller(request)) request.headers[NOT_PACKED] = "1"
  })
  await app.register(compress, {
    globalCompression: true,
    // Nobody sends packed bodies, and a small one must not unfold into a large one here.
    globalDecompression: false,
    threshold: PACKED_FROM_BYTES,
    customTypes: PACKED_TYPES,
    encodings: ["br", "gzip"],
    brotliOptions: { params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY } },
    zlibOptions: { level: GZIP_LEVEL },
  })
}
