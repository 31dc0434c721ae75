import { chmod, chown, mkdir, open } from "node:fs/promises"
import { dirname, join } from "node:path"
import type { ArchiveEntry } from "#src/backup/archive/read.ts"
import type { EntryKind, FileRecord } from "#src/backup/documents.ts"
import { PRIVATE_FILE_MODE, PRIVATE_FOLDER_MODE, TEAM_FOLDER_MODE } from "#src/backup/limits.ts"

const CONTEXT = "context"
/** As the projector makes it: everybody may add, and only its owner takes a file away. */
const CONTEXT_FOLDER_MODE = 0o1777
/** What a restored file may bring back: never the right to run as its owner. */
const MODE_MASK = 0o1777
const isRoot = process.getuid?.() === 0

const writeNew = async (path: string, body: AsyncIterable<Uint8Array>): Promise<void> => {
  const file = await open(path, "wx", PRIVATE_FILE_MODE)
  try {
    for await (const chunk of body) await file.writeFile(chunk)
    await file.sync()
  } finally {
    await file.close()
  }
}

const giveBack = async (path: string, owner: FileRecord["owner"]): Promise<void> => {
  if (owner === undefined) return
  // Members have accounts of their own only where Muster runs as root; theirs follow from their ids, here as there.
  if (isRoot) await chown(path, owner.uid, owner.gid)
  await chmod(path, owner.mode & MODE_MASK)
}

const contextOf = async (staging: string, teamId: string): Promise<string> => {
  const team = join(staging, "teams", teamId)
  const folder = join(team, CONTEXT)
  await mkdir(folder, { recursive: true })
  await chmod(team, TEAM_FOLDER_MODE)
  await chmod(folder, CONTEXT_FOLDER_MODE)
  return folder
}

/** Writes a blob of the backup into the staging folder. */
export const stageBlob = async (staging: string, { name, body }: ArchiveEntry): Promise<void> => {
  const path = join(staging, name)
  await mkdir(dirname(path), { recursive: true, mode: PRIVATE_FOLDER_MODE })
  await writeNew(path, body)
}

/** Writes a member's file into the staging folder. Nobody else can reach in there yet, so no name can lead elsewhere. */
export const stageContext = async (
  staging: string,
  { teamId, path }: Extract<EntryKind, { readonly kind: "context" }>,
  { body }: ArchiveEntry,
  owner: FileRecord["owner"],
): Promise<void> => {
  const target = join(await contextOf(staging, teamId), path)
  await mkdir(dirname(target), { recursive: true, mode: TEAM_FOLDER_MODE })
  await writeNew(target, body)
  await giveBack(target, owner)
}

/** Makes a member's folder, before anything lies in it. */
export const stageContextFolder = async (
  staging: string,
  { teamId, path }: Extract<EntryKind, { readonly kind: "context" }>,
): Promise<void> => {
  await mkdir(join(await contextOf(staging, teamId), path), { recursive: true, mode: TEAM_FOLDER_MODE })
}

/** Gives a member's folder its owner and its rights, after all that lies in it was written. */
export const finishContextFolder = (
  staging: string,
  { teamId, path }: Extract<EntryKind, { readonly kind: "context" }>,
  owner: FileRecord["owner"],
): Promise<void> => giveBack(join(staging, "teams", teamId, CONTEXT, path), owner)
