import { streams } from "@muster/domain"
import type { Desk } from "#src/handlers/desk.ts"
import type { Handlers } from "#src/http/calls.ts"
import { ProblemError } from "#src/http/problem.ts"
import { OUTPUT_READ_DEFAULT_BYTES } from "#src/limits.ts"

/** Bytes that agents made: never run, never guessed at, never part of our pages. */
const UNTRUSTED = {
  "x-content-type-options": "nosniff",
  "content-security-policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
  "cross-origin-resource-policy": "same-origin",
}

const MEDIA_TYPE =
  /^[a-z0-9][a-z0-9!#$&^_.+-]{0,63}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,63}(?:;\s*charset=[a-z0-9-]{1,32})?$/iu
const mediaTypeOf = (claimed: string): string => (MEDIA_TYPE.test(claimed) ? claimed : "application/octet-stream")

/** RFC 6266 with both forms: plain ASCII for old clients, UTF-8 for all others. Only the last part of the path names the file. */
const attachment = (path: string): string => {
  const name = path.split("/").at(-1) ?? "artifact"
  const ascii = name.replaceAll(/[^\x20-\x7e]|["\\%]/gu, "_")
  const utf8 = encodeURIComponent(name).replaceAll(/['()*]/gu, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
  return `attachment; filename="${ascii}"; filename*=UTF-8''${utf8}`
}

export const fileHandlers = ({ streams: readers, blobs }: Desk): Pick<Handlers, "readOutput" | "readArtifact"> => ({
  readOutput: async ({ params: { task: taskId }, query }) => {
    const { offset: start = 0, limit = OUTPUT_READ_DEFAULT_BYTES } = query
    const { state } = await readers.task.load(streams.task(taskId))
    const assignmentId = query.assignment ?? state.lastAssignment
    if (query.assignment !== undefined && !state.assignments.has(query.assignment))
      throw new ProblemError("not-found", "There is no such assignment of this task.")
    const output =
      assignmentId === undefined
        ? { size: 0, bytes: new Uint8Array() }
        : await blobs.readOutput({ taskId, assignmentId }, { start, limit })
    return {
      headers: {
        ...UNTRUSTED,
        "content-type": "application/octet-stream",
        "muster-output-size": String(output.size),
        ...(assignmentId === undefined ? {} : { "muster-output-assignment": assignmentId }),
      },
      body: output.bytes,
    }
  },

  readArtifact: async ({ params: { task: taskId, sha256 } }) => {
    const { state } = await readers.task.load(streams.task(taskId))
    const artifact = state.artifacts.get(sha256)
    const blob = artifact && (await blobs.open(sha256))
    if (artifact === undefined || blob === undefined)
      throw new ProblemError("not-found", "There is no such artifact of this task.")
    return {
      headers: {
        ...UNTRUSTED,
        "content-type": mediaTypeOf(artifact.mediaType),
        "content-disposition": attachment(artifact.name),
        "content-length": String(blob.size),
        etag: `"${sha256}"`,
      },
      body: blob.stream,
    }
  },
})
