import { streams } from "@muster/domain"
import { newestOf } from "#src/commands/team-files.ts"
import { downloadAs, UNTRUSTED } from "#src/files/untrusted.ts"
import { upload } from "#src/files/uploads.ts"
import type { Desk } from "#src/handlers/desk.ts"
import type { Handlers } from "#src/http/calls.ts"
import { ProblemError } from "#src/http/problem.ts"
import { OUTPUT_READ_DEFAULT_BYTES } from "#src/limits.ts"

const MEDIA_TYPE =
  /^[a-z0-9][a-z0-9!#$&^_.+-]{0,63}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,63}(?:;\s*charset=[a-z0-9-]{1,32})?$/iu
const mediaTypeOf = (claimed: string): string => (MEDIA_TYPE.test(claimed) ? claimed : "application/octet-stream")

type FileRoutes = "readOutput" | "readArtifact" | "uploadFile" | "readFile"

export const fileHandlers = (desk: Desk): Pick<Handlers, FileRoutes> => ({
  uploadFile: ({ params: { team }, query: { name }, bytes, context }) =>
    upload(desk, { team, name, source: bytes, context }),

  readFile: async ({ params: { team, sha256 }, query: { name } }) => {
    const file = newestOf((await desk.streams.files.load(streams.files(team))).state, { sha256, name })
    const blob = file && (await desk.blobs.open(sha256))
    if (file === undefined || blob === undefined) throw new ProblemError("not-found", "There is no such file here.")
    return {
      headers: {
        ...UNTRUSTED,
        "content-type": file.mediaType,
        "content-disposition": downloadAs(file.name),
        "content-length": String(blob.size),
        etag: `"${sha256}"`,
      },
      body: blob.stream,
    }
  },

  readOutput: async ({ params: { task: taskId }, query }) => {
    const { offset: start = 0, limit = OUTPUT_READ_DEFAULT_BYTES } = query
    const { state } = await desk.streams.task.load(streams.task(taskId))
    const assignmentId = query.assignment ?? state.lastAssignment
    if (query.assignment !== undefined && !state.assignments.has(query.assignment))
      throw new ProblemError("not-found", "There is no such assignment of this task.")
    const output =
      assignmentId === undefined
        ? { size: 0, bytes: new Uint8Array() }
        : await desk.blobs.readOutput({ taskId, assignmentId }, { start, limit })
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
    const { state } = await desk.streams.task.load(streams.task(taskId))
    const artifact = state.artifacts.get(sha256)
    const blob = artifact && (await desk.blobs.open(sha256))
    if (artifact === undefined || blob === undefined)
      throw new ProblemError("not-found", "There is no such artifact of this task.")
    return {
      headers: {
        ...UNTRUSTED,
        "content-type": mediaTypeOf(artifact.mediaType),
        "content-disposition": downloadAs(artifact.name),
        "content-length": String(blob.size),
        etag: `"${sha256}"`,
      },
      body: blob.stream,
    }
  },
})
