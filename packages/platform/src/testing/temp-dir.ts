import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

export interface TempDir {
  readonly path: string
  readonly remove: () => void
}

const left = new Set<string>()
process.once("exit", () => {
  for (const path of left) rmSync(path, { recursive: true, force: true })
})

/** A fresh directory (0700) below the system's temporary one. Remove it when the test is over; what is forgotten goes when its process ends. */
export const tempDir = (prefix = "muster-test-"): TempDir => {
  const path = mkdtempSync(join(tmpdir(), prefix))
  left.add(path)
  const remove = (): void => {
    rmSync(path, { recursive: true, force: true })
    left.delete(path)
  }
  return { path, remove }
}
