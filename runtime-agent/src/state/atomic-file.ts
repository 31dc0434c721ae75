import { open, rename, rm } from "node:fs/promises"
import { dirname } from "node:path"

const PRIVATE_FILE_MODE = 0o600

/** Makes a rename or a removal in this directory survive a power cut. */
export const syncDirectory = async (dir: string): Promise<void> => {
  const handle = await open(dir, "r")
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Writes a file (0600) whole or not at all, also through a power cut: temporary file, fsync, rename, fsync of the directory. */
export const writeAtomically = async (path: string, text: string): Promise<void> => {
  const temporary = `${path}.tmp`
  await rm(temporary, { force: true })
  const handle = await open(temporary, "wx", PRIVATE_FILE_MODE)
  try {
    await handle.writeFile(text)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(temporary, path)
  await syncDirectory(dirname(path))
}
