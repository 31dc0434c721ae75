import { mkdir } from "node:fs/promises"
import { extname, join } from "node:path"
import type { TaskEnvelope } from "@muster/contracts"
import { type Attachment, fileNameOf } from "@muster/domain"
import { ControlPlaneAway, RuntimeUnavailable } from "#src/errors.ts"
import type { ControlPlane } from "#src/http/control-plane.ts"
import { type AgentTimings, ATTACHMENT_ATTEMPTS, ATTACHMENT_FILE_NAME_MAX_BYTES } from "#src/limits.ts"
import { backoff, pause } from "#src/pause.ts"
import type { TaskFile } from "#src/runtimes/contract.ts"

const PRIVATE_DIR_MODE = 0o700
const FOLDER = "attachments"
/** Digits of an assignment that keep apart what came with the messages of one conversation. */
const MARK_CHARS = 8

/** A name of at most so many bytes, cut between two signs. */
const cut = (name: string, maxBytes: number): string => {
  let kept = ""
  for (const sign of name) {
    if (Buffer.byteLength(kept + sign) > maxBytes) break
    kept += sign
  }
  return kept
}

/** The name with a number, short enough for a file system: the ending stays. */
const fitted = (name: string, number: number): string => {
  const ending = extname(name)
  const tail = `${number === 1 ? "" : `-${number}`}${ending}`
  return (
    cut(name.slice(0, name.length - ending.length), ATTACHMENT_FILE_NAME_MAX_BYTES - Buffer.byteLength(tail)) + tail
  )
}

/** Names as those of files in one folder: none leads elsewhere, none hides another, none reads as an option of a program. */
export const namesOfFiles = (names: readonly string[]): readonly string[] => {
  const taken = new Set<string>()
  return names.map((given) => {
    const name = fileNameOf(given).replace(/^-/u, "_")
    let number = 1
    while (taken.has(fitted(name, number))) number += 1
    const own = fitted(name, number)
    taken.add(own)
    return own
  })
}

export interface AttachmentDeps {
  readonly controlPlane: Pick<ControlPlane, "readAttachment">
  readonly timings: Pick<AgentTimings, "retryFirstMillis" | "retryMaxMillis">
  /** Fires when the assignment is over. */
  readonly signal: AbortSignal
}

/**
 * Brings the files of a task into `dir`. One whose bytes the control plane does not have is told as missing: whoever works decides whether
 * that matters. Fails with RuntimeUnavailable when the control plane stays away.
 */
export const fetchAttachments = async (
  { controlPlane, timings, signal }: AttachmentDeps,
  envelope: Pick<TaskEnvelope, "taskId" | "assignmentId" | "conversationId" | "attachments">,
  dir: string,
): Promise<readonly TaskFile[]> => {
  const { taskId, assignmentId, conversationId, attachments = [] } = envelope
  if (attachments.length === 0) return []
  await mkdir(dir, { recursive: true, mode: PRIVATE_DIR_MODE })
  // Messages of one conversation may share a working directory.
  const folder = conversationId === undefined ? FOLDER : `${FOLDER}-${assignmentId.slice(-MARK_CHARS)}`
  const names = namesOfFiles(attachments.map(({ name }) => name))
  const fetchOne = async ({ sha256, size }: Attachment): Promise<string | undefined> => {
    const path = join(dir, sha256)
    const wait = backoff(timings.retryFirstMillis, timings.retryMaxMillis)
    for (let attempt = 1; ; attempt += 1)
      try {
        const stored = await controlPlane.readAttachment({ taskId, assignmentId }, { path, sha256, size }, signal)
        return stored.kind === "stored" ? path : undefined
      } catch (error) {
        if (!(error instanceof ControlPlaneAway)) throw error
        if (signal.aborted) return undefined
        if (attempt === ATTACHMENT_ATTEMPTS)
          throw new RuntimeUnavailable({ message: `a file of the task could not be fetched: ${error.message}` })
        await pause(wait.next(), signal)
      }
  }
  const files: TaskFile[] = []
  for (const [index, attachment] of attachments.entries()) {
    const source = await fetchOne(attachment)
    const { mediaType, size } = attachment
    files.push({
      place: `${folder}/${names[index] ?? "file"}`,
      mediaType,
      size,
      ...(source === undefined ? {} : { source }),
    })
  }
  return files
}
