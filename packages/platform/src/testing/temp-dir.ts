import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

export interface TempDir {
  readonly path: string
  readonly remove: () => void
}

/** A fresh directory (0700) below the system's temporary one. Remove it when the test is over. */
export const tempDir = (prefix = "muster-test-"): TempDir => {
  const path = mkdtempSync(join(tmpdir(), prefix))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}
