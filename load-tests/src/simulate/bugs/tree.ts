import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs"
import { tmpdir } from "node:os"
import { basename, join } from "node:path"
import type { Bug, Edit } from "./bug.ts"

/** The text to be changed is not there, or more than once: the bug has to be written anew. */
export class BugOutdated extends Error {
  override readonly name = "BugOutdated"
}

const ROOT = join(import.meta.dirname, "../../../..")
/** What a history needs of the repository. */
const PARTS = ["packages", "services/dispatcher", "runtime-agent", "load-tests"] as const
const LEFT_OUT = new Set([
  "node_modules",
  "test",
  "dist",
  "bench",
  "realwork",
  "chaos",
  ".turbo",
  "tsconfig.tsbuildinfo",
])

/** A copy of the source with the packages of the workspace as its own and everybody else's as they are. */
const copyTree = (): string => {
  const tree = mkdtempSync(join(tmpdir(), "muster-bug-"))
  cpSync(join(ROOT, "package.json"), join(tree, "package.json"))
  for (const part of PARTS)
    cpSync(join(ROOT, part), join(tree, part), { recursive: true, filter: (path) => !LEFT_OUT.has(basename(path)) })
  const modules = join(ROOT, "node_modules")
  mkdirSync(join(tree, "node_modules/@muster"), { recursive: true })
  for (const name of readdirSync(modules))
    if (name !== "@muster") symlinkSync(join(modules, name), join(tree, "node_modules", name))
  // Links to the workspace are relative: the same text leads into the copy.
  for (const name of readdirSync(join(modules, "@muster")))
    symlinkSync(readlinkSync(join(modules, "@muster", name)), join(tree, "node_modules/@muster", name))
  return tree
}

/** The text with the edit in it. Fails with BugOutdated. */
const edited = (name: string, { file, find, put }: Edit, text: string): string => {
  const parts = text.split(find)
  if (parts.length !== 2)
    throw new BugOutdated(`"${name}": the text to change occurs ${parts.length - 1} times in ${file}`)
  return parts.join(put)
}

/** Fails with BugOutdated when the bug can not be planted in the source as it is. */
export const checkFits = ({ name, edits }: Bug): void => {
  for (const edit of edits) edited(name, edit, readFileSync(join(ROOT, edit.file), "utf8"))
}

/** A copy of the source with the bug in it, until it is removed. Fails with BugOutdated. */
export const plant = ({ name, edits }: Bug): { readonly tree: string; readonly remove: () => void } => {
  const tree = copyTree()
  const remove = () => rmSync(tree, { recursive: true, force: true })
  try {
    for (const edit of edits) {
      const path = join(tree, edit.file)
      writeFileSync(path, edited(name, edit, readFileSync(path, "utf8")))
    }
  } catch (error) {
    remove()
    throw error
  }
  return { tree, remove }
}
