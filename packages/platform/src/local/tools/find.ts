import { execFile } from "node:child_process"
import { accessSync, constants, existsSync, readdirSync, realpathSync, statSync } from "node:fs"
import { delimiter, isAbsolute, join } from "node:path"
import { promisify } from "node:util"
import { hasCode } from "#src/local/processes.ts"
import { toolsDir } from "#src/local/tools/project.ts"
import { REDIS_MINIMUM_MAJOR_VERSION, TOOL_PROBE_TIMEOUT_MILLIS } from "#src/limits.ts"

/** A program and what it needs in its environment to run (libraries of a fetched one). */
export interface Tool {
  readonly path: string
  readonly env: Readonly<Record<string, string>>
  /** What it says its version is, such as "7.0.15". */
  readonly version: string
}

const run = promisify(execFile)

const isExecutable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch (error) {
    // A PATH may name folders that are not there or that we may not enter.
    if (hasCode(error, "ENOENT", "ENOTDIR", "EACCES", "ELOOP")) return false
    throw error
  }
}

/** The first of the names that PATH (and the sbin folders, which an ordinary user's PATH lacks) has. */
export const findInPath = (names: readonly string[], env: NodeJS.ProcessEnv = process.env): string | undefined =>
  [...(env["PATH"] ?? "").split(delimiter), "/usr/sbin", "/sbin", "/opt/homebrew/bin", "/usr/local/bin"]
    .filter(isAbsolute)
    .flatMap((folder) => names.map((name) => join(folder, name)))
    .find(isExecutable)

/** A program that was fetched into the tools directory, with the library folders that came along. */
const findFetched = (folder: string, programs: readonly string[]): Omit<Tool, "version"> | undefined => {
  const root = join(toolsDir(), folder)
  const path = programs.map((program) => join(root, "usr", "bin", program)).find((candidate) => existsSync(candidate))
  if (path === undefined) return undefined
  const libraries = [join(root, "usr", "lib"), join(root, "lib")]
    .filter((parent) => existsSync(parent))
    .flatMap((parent) => readdirSync(parent).map((name) => join(parent, name)))
    .filter((candidate) => /-linux-gnu[a-z0-9_]*$/.test(candidate))
  return { path, env: libraries.length === 0 ? {} : { LD_LIBRARY_PATH: libraries.join(":") } }
}

/** The version a candidate reports, or undefined when it does not run. */
const withVersion = async (candidate: Omit<Tool, "version">): Promise<Tool | undefined> => {
  try {
    const { stdout } = await run(candidate.path, ["--version"], {
      env: { ...process.env, ...candidate.env },
      timeout: TOOL_PROBE_TIMEOUT_MILLIS,
    })
    const version = /\d+\.\d+(\.\d+)*/.exec(stdout)?.[0]
    return version === undefined ? undefined : { ...candidate, version }
  } catch (error) {
    if (error instanceof Error && ("code" in error || "killed" in error)) return undefined
    throw error
  }
}

const firstThatRuns = async (
  candidates: readonly (Omit<Tool, "version"> | undefined)[],
  accept: (tool: Tool) => boolean = () => true,
): Promise<Tool | undefined> => {
  for (const candidate of candidates) {
    if (candidate === undefined) continue
    const tool = await withVersion(candidate)
    if (tool && accept(tool)) return tool
  }
  return undefined
}

const named = (path: string | undefined): Omit<Tool, "version"> | undefined =>
  path === undefined || path === "" ? undefined : { path: resolved(path), env: {} }

const resolved = (path: string): string => {
  try {
    // The last link is kept: redis-server is a link to a program that looks at the name it was called by.
    return join(realpathSync(join(path, "..")), path.slice(path.lastIndexOf("/") + 1))
  } catch (error) {
    if (hasCode(error, "ENOENT", "ENOTDIR")) return path
    throw error
  }
}

export const isRecentRedis = (tool: Tool): boolean => Number(tool.version.split(".")[0]) >= REDIS_MINIMUM_MAJOR_VERSION

/** A Redis (or Valkey) server ≥ 7: REDIS_SERVER, then PATH, then the tools directory. Undefined when there is none. */
export const findRedisServer = async (env: NodeJS.ProcessEnv = process.env): Promise<Tool | undefined> =>
  env["REDIS_SERVER"]
    ? firstThatRuns([named(env["REDIS_SERVER"])], isRecentRedis)
    : firstThatRuns(
        [named(findInPath(["redis-server", "valkey-server"], env)), findFetched("redis", ["redis-server"])],
        isRecentRedis,
      )

/** Bubblewrap, which confines tasks: MUSTER_BWRAP, then PATH, then the tools directory. */
export const findBubblewrap = async (env: NodeJS.ProcessEnv = process.env): Promise<Tool | undefined> =>
  env["MUSTER_BWRAP"]
    ? firstThatRuns([named(env["MUSTER_BWRAP"])])
    : firstThatRuns([named(findInPath(["bwrap"], env)), findFetched("bubblewrap", ["bwrap"])])

/** A Chromium for browser tests: CHROMIUM_PATH, then PATH. */
export const findChromium = async (env: NodeJS.ProcessEnv = process.env): Promise<Tool | undefined> =>
  env["CHROMIUM_PATH"]
    ? firstThatRuns([named(env["CHROMIUM_PATH"])])
    : firstThatRuns([named(findInPath(["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"], env))])
