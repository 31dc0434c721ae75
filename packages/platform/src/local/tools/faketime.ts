import { existsSync, readdirSync } from "node:fs"
import { join } from "node:path"
import { ToolMissing } from "#src/local/errors.ts"
import { fetchFromDebian, isDebianLike } from "#src/local/tools/debian.ts"
import type { EnsureOptions } from "#src/local/tools/ensure.ts"
import { toolsDir } from "#src/local/tools/project.ts"

const LIBRARY = join("faketime", "libfaketime.so.1")

/** The library below a root, in the folder of whatever architecture it has. */
const below = (root: string): string | undefined => {
  const libraries = join(root, "usr", "lib")
  if (!existsSync(libraries)) return undefined
  return readdirSync(libraries)
    .map((name) => join(libraries, name, LIBRARY))
    .find((path) => existsSync(path))
}

const fetched = (): string => join(toolsDir(), "faketime")

/** libfaketime, which gives processes a wall clock of their own: of the system, or fetched. Undefined when there is none. */
export const findFaketimeLibrary = (): string | undefined => below("/") ?? below(fetched())

/** Finds libfaketime or, on Debian and Ubuntu, brings it into the tools directory. Fails with ToolMissing. */
export const ensureFaketimeLibrary = async ({ progress = () => undefined }: EnsureOptions = {}): Promise<string> => {
  const found = findFaketimeLibrary()
  if (found !== undefined) return found
  if (!isDebianLike())
    throw new ToolMissing({ tool: "libfaketime", message: "libfaketime is not installed (package libfaketime)" })
  await fetchFromDebian({
    packages: ["libfaketime"],
    into: fetched(),
    progress,
    works: (unpacked) => Promise.resolve(below(unpacked) !== undefined),
  })
  const path = findFaketimeLibrary()
  if (path === undefined)
    throw new ToolMissing({ tool: "libfaketime", message: "the fetched libfaketime holds no library" })
  return path
}
