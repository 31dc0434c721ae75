import { readFileSync } from "node:fs"
import { join } from "node:path"
import { type RuntimePackage } from "./catalog.ts"

/** Written last, into the folder of an installation: an installation without it was interrupted. */
export const MARKER_FILE = "runtime.json"

export type Installed =
  | { readonly state: "absent" | "installed" }
  | { readonly state: "broken"; readonly reason: string }

const readJson = (path: string): unknown => {
  try {
    return JSON.parse(readFileSync(path, "utf8"))
  } catch (error) {
    if (error instanceof SyntaxError || (error instanceof Error && "code" in error && error.code === "ENOENT"))
      return undefined
    throw error
  }
}

const versionIn = (value: unknown): unknown =>
  typeof value === "object" && value !== null && "version" in value ? value.version : undefined

const broken = (reason: string): Installed => ({ state: "broken", reason })

/** The folder of the package itself within an installation. */
export const packageDir = (root: string, { package: name }: RuntimePackage): string =>
  join(root, "node_modules", ...name.split("/"))

const fieldOf = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : undefined

/** A package in it whose contents are not those that are pinned, by npm's own record of what it unpacked. */
export const otherThanPinned = (root: string, { integrity = {} }: RuntimePackage): string | undefined => {
  const record = fieldOf(readJson(join(root, "node_modules", ".package-lock.json")), "packages")
  return Object.entries(integrity).find(([name, wanted]) => {
    const entry = fieldOf(record, `node_modules/${name}`)
    // Packages of other platforms are not fetched.
    return entry !== undefined && fieldOf(entry, "integrity") !== wanted
  })?.[0]
}

/** Looks at an installation without running anything of it. `exists` says whether there is such a file or folder. */
export const inspect = (root: string, wanted: RuntimePackage, exists: (path: string) => boolean): Installed => {
  if (!exists(root)) return { state: "absent" }
  const marked = versionIn(readJson(join(root, MARKER_FILE)))
  if (marked === undefined) return broken("it was interrupted, or was not made by this command")
  if (marked !== wanted.version)
    return broken(`it is version ${JSON.stringify(marked)}; Muster is made for ${wanted.version}`)
  const dir = packageDir(root, wanted)
  const found = versionIn(readJson(join(dir, "package.json")))
  if (found !== wanted.version) return broken(`the package ${wanted.package} in it is missing or damaged`)
  if (wanted.completes !== undefined && exists(join(root, "node_modules", wanted.completes.file)))
    return broken("its installation was not completed")
  return exists(join(root, "node_modules", wanted.program))
    ? { state: "installed" }
    : broken(`its program ${wanted.program} is missing`)
}
