import { createHash, randomUUID } from "node:crypto"
import { readFileSync, realpathSync, writeFileSync } from "node:fs"
import { hostname } from "node:os"
import { join } from "node:path"

const FILE = "place"
const PRIVATE_MODE = 0o600

const kept = (dataDir: string): string => {
  const path = join(dataDir, FILE)
  try {
    return readFileSync(path, "utf8").trim()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error
    const made = randomUUID()
    // The data directory is locked: nobody else makes it at the same time.
    writeFileSync(path, made, { mode: PRIVATE_MODE })
    return made
  }
}

/**
 * The name of this data directory on this machine, a UUID. It outlives the process, so that agents which outlived a crash are found by
 * the next one under the same claims. A copy of the directory, here or on another machine, is another place.
 */
export const placeOf = (dataDir: string): string => {
  const hex = createHash("sha256")
    .update([kept(dataDir), hostname(), realpathSync(dataDir)].join("\n"))
    .digest("hex")
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}
