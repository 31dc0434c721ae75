import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

export interface TempDir {
  readonly path: string
  readonly remove: () => void
}

/** A fresh directory (0700) below the system's temporary one. It stays until it is removed: no hook of a test worker's end can be relied on. */
export const tempDir = (prefix = "muster-test-"): TempDir => {
  const path = mkdtempSync(join(tmpdir(), prefix))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}
