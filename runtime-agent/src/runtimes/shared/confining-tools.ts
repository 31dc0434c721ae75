import { accessSync, constants, statSync } from "node:fs"
import { delimiter, isAbsolute, join } from "node:path"
import { hasCode } from "#src/errors.ts"

/** The programs of this machine that tasks are confined with. */
export interface Tools {
  readonly bubblewrap: string | undefined
  readonly bubblewrapLibraries: string | undefined
  readonly setpriv: string | undefined
}

const isExecutable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch (error) {
    if (hasCode(error, "ENOENT", "ENOTDIR", "EACCES", "ELOOP")) return false // not there, or not for us
    throw error
  }
}

const inPath = (name: string, path: string): string | undefined =>
  [...path.split(delimiter), "/usr/local/bin", "/usr/bin", "/bin"]
    .filter(isAbsolute)
    .map((folder) => join(folder, name))
    .find(isExecutable)

/** Bubblewrap is MUSTER_BWRAP (with MUSTER_BWRAP_LIBRARIES as its library path) or the first in PATH. */
export const findTools = (env: NodeJS.ProcessEnv): Tools => ({
  bubblewrap: env["MUSTER_BWRAP"] || inPath("bwrap", env["PATH"] ?? ""),
  bubblewrapLibraries: env["MUSTER_BWRAP_LIBRARIES"] || undefined,
  setpriv: inPath("setpriv", env["PATH"] ?? ""),
})
