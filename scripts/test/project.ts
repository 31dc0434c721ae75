import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"

export const ROOT = join(import.meta.dirname, "..", "..")

export interface Project {
  readonly root: string
  readonly write: (files: Readonly<Record<string, string | object>>) => void
  readonly remove: () => void
}

/** An empty project in a folder whose name holds a space; objects are written as JSON. */
export const makeProject = (): Project => {
  const parent = mkdtempSync(join(tmpdir(), "muster scripts "))
  const root = join(parent, "a project")
  const write: Project["write"] = (files) => {
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true })
      writeFileSync(join(root, path), typeof content === "string" ? content : JSON.stringify(content))
    }
  }
  mkdirSync(root)
  return { root, write, remove: () => rmSync(parent, { recursive: true, force: true }) }
}
