import { type Folder, openExisting, writeWhole } from "#src/team-volume/folder.ts"
import { Schema } from "effect"

/** How far the files of a team are. Written last in a round, so that what it claims is there. */
const VolumeCheckpoint = Schema.Struct({
  format: Schema.Int,
  /** Of the log, and of the reducers. Files of another one are written anew. */
  generation: Schema.String,
  feedVersion: Schema.Int,
  /** Feed events that are in the files. */
  seq: Schema.Int,
  /** The newest snapshot that is. */
  snapshotSeq: Schema.Int,
  /** Length of `history.ndjson`. What stands beyond is of a round that did not end. */
  historyBytes: Schema.Int,
})
export type VolumeCheckpoint = typeof VolumeCheckpoint.Type

const FILE = "checkpoint.json"
const decode = Schema.decodeUnknownExit(Schema.fromJsonString(VolumeCheckpoint))

/** The stored checkpoint; undefined when there is none, or none that can be read. */
export const readCheckpoint = async (folder: Folder): Promise<VolumeCheckpoint | undefined> => {
  const file = await openExisting(folder, FILE)
  if (file === undefined) return undefined
  try {
    const decoded = decode(await file.readFile("utf8"))
    return decoded._tag === "Success" ? decoded.value : undefined
  } finally {
    await file.close()
  }
}

export const writeCheckpoint = (folder: Folder, checkpoint: VolumeCheckpoint, staging: Folder): Promise<void> =>
  writeWhole(folder, FILE, `${JSON.stringify(checkpoint)}\n`, staging)
