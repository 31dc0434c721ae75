import type { Readable } from "node:stream"
import { BlobTooLarge } from "@muster/blobs"
import type { AttachmentRef } from "@muster/contracts"
import { accept, type Attachment, ATTACHMENT_MAX_BYTES, fact, streams, type TeamId } from "@muster/domain"
import { requestHashOf } from "#src/commands/keys.ts"
import { newestOf } from "#src/commands/team-files.ts"
import { sniffedMediaType, SNIFFED_BYTES } from "#src/files/media-type.ts"
import { requireOpenTeam } from "#src/handlers/accepted.ts"
import type { Desk } from "#src/handlers/desk.ts"
import type { CommandContext } from "#src/commands/execute.ts"
import { ProblemError } from "#src/http/problem.ts"

/** Passes bytes on and keeps the first of them. */
const watched = (source: Readable) => {
  const kept: Uint8Array[] = []
  let size = 0
  const pass = async function* (): AsyncGenerator<Uint8Array> {
    for await (const chunk of source as AsyncIterable<Uint8Array>) {
      if (size < SNIFFED_BYTES) kept.push(chunk.subarray(0, SNIFFED_BYTES - size))
      size += chunk.length
      yield chunk
    }
  }
  return { bytes: pass(), head: () => Buffer.concat(kept) }
}

const keep = async ({ blobs }: Pick<Desk, "blobs">, source: Readable, name: string): Promise<Attachment> => {
  const { bytes, head } = watched(source)
  try {
    const { sha256, size } = await blobs.put(bytes, { maxBytes: ATTACHMENT_MAX_BYTES })
    return { sha256, name, mediaType: sniffedMediaType(head(), name), size }
  } catch (error) {
    if (error instanceof BlobTooLarge)
      throw new ProblemError("too-large", `A file has at most ${error.limit} bytes.`, { cause: error })
    // Whoever sent it went away: nobody hears the answer, and nothing is wrong here.
    if (source.readableAborted || source.errored !== null)
      throw new ProblemError("bad-request", "The upload was broken off; nothing was kept.", { cause: error })
    throw error
  }
}

/**
 * Keeps the bytes, then says so in the log: what an event names is there. The same bytes under the same name again are the same file.
 * Fails with ProblemError `archived`, `too-large` or `bad-request`.
 */
export const upload = async (
  desk: Desk,
  { team, name, source, context }: { team: TeamId; name: string; source: Readable; context: CommandContext },
) => {
  await requireOpenTeam(desk.streams, team)
  const file = await keep(desk, source, name)
  const outcome = await desk.execute({
    stream: streams.files(team),
    reader: desk.streams.files,
    // The request is what was sent: another file under the same key is another request.
    context: { ...context, requestHash: requestHashOf({ route: "uploadFile", params: { team }, body: file }) },
    decide: (files) => (newestOf(files, file) === undefined ? accept(fact("FileUploaded", file)) : accept()),
  })
  return { ...file, position: outcome.position }
}

/** The files that a request names, as they were uploaded. Fails with ProblemError `unknown-file` for those this team does not have. */
export const attachmentsOf = async (
  desk: Pick<Desk, "streams">,
  team: TeamId,
  refs: readonly AttachmentRef[] = [],
): Promise<readonly Attachment[]> => {
  if (refs.length === 0) return []
  const { state } = await desk.streams.files.load(streams.files(team))
  const found = refs.map((ref) => newestOf(state, ref))
  const errors = found.flatMap((file, index) =>
    file === undefined ? [{ pointer: `/attachments/${index}`, detail: "no such file was uploaded to this team" }] : [],
  )
  if (errors.length > 0)
    throw new ProblemError("unknown-file", "A message or task can only carry files that were uploaded to its team.", {
      errors,
    })
  return found.filter((file) => file !== undefined)
}
