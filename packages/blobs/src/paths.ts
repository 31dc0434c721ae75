import { BadBlobKey } from "#src/errors.ts"
import type { OutputKey } from "#src/port.ts"

const SHA256_HEX = /^[0-9a-f]{64}$/u
const UUID_TEXT = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/u

/** A file by the folders that lead to it from the root. Only checked text gets into one: nothing in a key can lead elsewhere. */
export interface FilePath {
  readonly folders: readonly string[]
  readonly name: string
}

/** `objects/ab/cd/abcd…`: 65,536 folders, so that none of them gets too full. */
export const objectPath = (sha256: string): FilePath => {
  if (!SHA256_HEX.test(sha256)) throw new BadBlobKey({ what: "sha256" })
  return { folders: ["objects", sha256.slice(0, 2), sha256.slice(2, 4)], name: sha256 }
}

/** `output/ef/<task>/<assignment>`, by the last digits of the task: the first ones of a UUID v7 are a clock and hardly differ. */
export const outputPath = ({ taskId, assignmentId }: OutputKey): FilePath => {
  if (!UUID_TEXT.test(taskId)) throw new BadBlobKey({ what: "taskId" })
  if (!UUID_TEXT.test(assignmentId)) throw new BadBlobKey({ what: "assignmentId" })
  return { folders: ["output", taskId.slice(-2), taskId], name: assignmentId }
}

/** Where files are written before they have a name. */
export const TEMP_FOLDER = "tmp"
