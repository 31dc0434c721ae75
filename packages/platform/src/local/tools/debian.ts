import { spawn } from "node:child_process"
import { once } from "node:events"
import { cpSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { followOutput } from "#src/local/output.ts"
import { ToolMissing } from "#src/local/errors.ts"
import { hasCode } from "#src/local/processes.ts"
import { findInPath } from "#src/local/tools/find.ts"
import { APT_TIMEOUT_MILLIS } from "#src/limits.ts"

export interface DebianFetch {
  readonly packages: readonly string[]
  /** Where the files go (whole or not at all), such as <tools>/redis. */
  readonly into: string
  /** A line for the person who waits. */
  readonly progress: (line: string) => void
  /** Says whether what was unpacked works; asked before it is put in place. */
  readonly works: (unpacked: string) => Promise<boolean>
}

export const isDebianLike = (): boolean => findInPath(["apt-get"]) !== undefined && findInPath(["dpkg"]) !== undefined

const runQuietly = async (command: string, args: readonly string[]): Promise<{ ok: boolean; output: string }> => {
  const child = spawn(command, args, {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, LC_ALL: "C", DEBIAN_FRONTEND: "noninteractive" },
    timeout: APT_TIMEOUT_MILLIS,
  })
  const lines: string[] = []
  followOutput([child.stdout, child.stderr], (line) => lines.push(line))
  const [code] = (await once(child, "close")) as [number | null]
  return { ok: code === 0, output: lines.join("\n") }
}

/** apt with state folders of our own: it reads the system's sources and keys, writes nothing outside `state`, and needs no root. */
const aptOptions = (state: string): readonly string[] =>
  Object.entries({
    "Dir::State::Lists": join(state, "lists"),
    "Dir::Cache": join(state, "cache"),
    "Dir::Cache::Archives": join(state, "archives"),
    "Dir::Log": join(state, "log"),
    "Debug::NoLocking": "1",
    "APT::Sandbox::User": "root",
    "APT::Install-Recommends": "0",
    "Acquire::Languages": "none",
    "Acquire::Retries": "3",
    "Dpkg::Use-Pty": "0",
    "APT::Update::Post-Invoke": "",
    "APT::Update::Post-Invoke-Success": "",
  }).flatMap(([name, value]) => ["-o", `${name}=${value}`])

const sizeText = (bytes: number): string =>
  bytes < 1_000_000 ? `${Math.ceil(bytes / 1_000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`

const sizeOf = (uris: string): number =>
  uris
    .split("\n")
    .filter((line) => line.startsWith("'"))
    .reduce((sum, line) => sum + Number(line.split(" ")[2] ?? 0), 0)

/**
 * Brings programs from the distribution without touching the system: downloads the packages (apt names the missing dependencies and
 * checks the signatures), unpacks them without running their scripts, and moves the result into place. Root or not.
 * Fails with ToolMissing when the network, the sources or the packages do not serve.
 */
export const fetchFromDebian = async (fetch: DebianFetch): Promise<void> => {
  const [tool = "?"] = fetch.packages
  const state = mkdtempSync(join(tmpdir(), "muster-apt-"))
  const fail = (what: string, output: string): ToolMissing =>
    new ToolMissing({ tool, message: `${what}: ${lastWords(output)}` })
  try {
    for (const folder of ["lists/partial", "cache", "archives/partial", "log", "unpacked"])
      mkdirSync(join(state, folder), { recursive: true })
    const options = aptOptions(state)
    fetch.progress(`Reading the package index for ${tool} …`)
    // A third-party source that fails is no reason to stop: what counts is whether the packages resolve.
    const update = await runQuietly("apt-get", [...options, "update"])
    const install = [...options, "install", "--yes", "--no-install-recommends", ...fetch.packages]
    const uris = await runQuietly("apt-get", [...install, "--print-uris"])
    if (!uris.ok) throw fail(`apt does not offer ${tool}`, update.ok ? uris.output : update.output)
    fetch.progress(`Fetching ${tool} (${sizeText(sizeOf(uris.output))}) …`)
    const download = await runQuietly("apt-get", [...install, "--download-only"])
    if (!download.ok) throw fail(`${tool} could not be downloaded`, download.output)
    const unpacked = join(state, "unpacked")
    for (const name of readdirSync(join(state, "archives")).filter((file) => file.endsWith(".deb"))) {
      const extract = await runQuietly("dpkg", ["-x", join(state, "archives", name), unpacked])
      if (!extract.ok) throw fail(`${name} could not be unpacked`, extract.output)
    }
    if (!(await fetch.works(unpacked)))
      throw new ToolMissing({ tool, message: `the fetched ${tool} does not run here` })
    putInPlace(unpacked, fetch.into)
  } finally {
    rmSync(state, { recursive: true, force: true })
  }
}

const lastWords = (output: string): string =>
  output
    .split("\n")
    .filter((line) => /^(E|Err|W):?/.test(line))
    .slice(-2)
    .join(" ") || "no reason given"

const putInPlace = (unpacked: string, into: string): void => {
  mkdirSync(join(into, ".."), { recursive: true, mode: 0o700 })
  const staging = `${into}.${process.pid}`
  rmSync(staging, { recursive: true, force: true })
  cpSync(unpacked, staging, { recursive: true, verbatimSymlinks: true })
  try {
    renameSync(staging, into)
  } catch (error) {
    if (!hasCode(error, "ENOTEMPTY", "EEXIST")) throw error
    // Another process brought it at the same time, or a broken one lay there: ours works, so it takes the place.
    rmSync(into, { recursive: true, force: true })
    renameSync(staging, into)
  }
}
