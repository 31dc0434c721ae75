import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs"
import { open } from "node:fs/promises"
import { join } from "node:path"
import { Option, Schema } from "effect"
import { RestoreUnfinished } from "#src/backup/errors.ts"
import { syncFolder } from "#src/backup/files/sync.ts"
import { PRIVATE_FILE_MODE, PRIVATE_FOLDER_MODE, TEAM_FOLDER_MODE } from "#src/backup/limits.ts"

/**
 * How the parts of a data directory change places when a restore is nearly done. The new ones were made in a staging folder beside the
 * old ones. A note says that they are complete and where the old ones go; then each name is moved, old one aside first. Whatever is
 * interrupted on the way can be told from the note and the names that are there, and is gone on with.
 */
const SwapNote = Schema.Struct({
  /** Of the backup that is being restored. */
  backupId: Schema.String,
  /** Of the log, from then on. */
  generation: Schema.String,
  /** Folder below the data directory that takes what was there before. */
  aside: Schema.String,
  /** False: the database is one of somebody's own, and whether it was changed is for its generation to say. */
  isDatabaseInside: Schema.Boolean,
})
export type SwapNote = typeof SwapNote.Type

const NOTE = "restore.json"
const STAGING = "restore.new"

/** What a restore puts in its place. Everything else in the directory (agents, tools) stays as it is. */
const PARTS = ["postgres", "secrets.json", "blobs", "teams"] as const

const decode = Schema.decodeUnknownOption(Schema.fromJsonString(SwapNote))

export const stagingIn = (dataDir: string): string => join(dataDir, STAGING)

/** An empty staging folder; what an earlier attempt left in it goes. A backup without files puts empty folders in the place of full ones. */
export const freshStaging = (dataDir: string): string => {
  const staging = stagingIn(dataDir)
  rmSync(staging, { recursive: true, force: true })
  for (const folder of [staging, join(staging, "blobs")]) mkdirSync(folder, { mode: PRIVATE_FOLDER_MODE })
  mkdirSync(join(staging, "teams"))
  chmodSync(join(staging, "teams"), TEAM_FOLDER_MODE)
  return staging
}

export const dropStaging = (dataDir: string): void => rmSync(stagingIn(dataDir), { recursive: true, force: true })

/** Names of the data that a restore would put others in the place of. */
export const partsThere = (dataDir: string): readonly string[] =>
  PARTS.filter((name) => existsSync(join(dataDir, name)))

/** The note of a restore that was interrupted in its last step. */
export const readNote = (dataDir: string): SwapNote | undefined => {
  const path = join(dataDir, NOTE)
  if (!existsSync(path)) return undefined
  // Written whole or not at all: one that can not be read is of another version.
  return Option.getOrThrowWith(decode(readFileSync(path, "utf8")), () => new RestoreUnfinished({ dataDir }))
}

/** Fails with RestoreUnfinished when an interrupted restore has to be ended first. */
export const refuseHalfRestored = (dataDir: string): void => {
  if (existsSync(join(dataDir, NOTE))) throw new RestoreUnfinished({ dataDir })
}

/** From here on the restore goes on to its end, in this run or a later one. */
export const writeNote = async (dataDir: string, note: SwapNote): Promise<void> => {
  const path = join(dataDir, NOTE)
  const file = await open(`${path}.new`, "w", PRIVATE_FILE_MODE)
  try {
    await file.writeFile(`${JSON.stringify(note, null, 2)}\n`)
    await file.sync()
  } finally {
    await file.close()
  }
  renameSync(`${path}.new`, path)
  await syncFolder(dataDir)
}

export const dropNote = async (dataDir: string): Promise<void> => {
  rmSync(join(dataDir, NOTE), { force: true })
  await syncFolder(dataDir)
}

/**
 * Puts the staged parts in their places and what was there into the folder of the note. May be interrupted anywhere and done again.
 * Answers with the folder that holds what was there before; undefined when there was nothing.
 */
export const swapParts = async (dataDir: string, { aside }: SwapNote): Promise<string | undefined> => {
  const staging = stagingIn(dataDir)
  const before = join(dataDir, aside)
  for (const name of PARTS) {
    const staged = join(staging, name)
    if (!existsSync(staged)) continue
    const place = join(dataDir, name)
    if (existsSync(place)) {
      mkdirSync(before, { recursive: true, mode: PRIVATE_FOLDER_MODE })
      renameSync(place, join(before, name))
    }
    renameSync(staged, place)
  }
  await syncFolder(dataDir)
  dropStaging(dataDir)
  await dropNote(dataDir)
  return existsSync(before) ? before : undefined
}
