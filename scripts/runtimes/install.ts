import { spawn } from "node:child_process"
import { once } from "node:events"
import { existsSync, readdirSync, statSync } from "node:fs"
import { chmod, mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import type { RuntimePackage } from "./catalog.ts"
import { inspect, MARKER_FILE, otherThanPinned } from "./installed.ts"

/** A line of progress at most this often while npm works. */
const PROGRESS_MILLIS = 5_000
const MILLIS_PER_SECOND = 1_000
const COMPLETE_MAX_MILLIS = 120_000
/** Agents' accounts read what root installed: folders and programs are open, whatever mask the caller has. */
const OPEN_MASK = 0o022
const OTHERS_MAY_ENTER = 0o001
const UNFINISHED = ".unfinished-"
const OUTDATED = ".outdated-"
/** A folder without its marker that is younger may belong to a command that runs this moment. */
const ABANDONED_AFTER_MILLIS = 3_600_000

export interface InstallOptions {
  /** Where all runtimes lie; made when it is not there. */
  readonly dir: string
  readonly say: (line: string) => void
  /** Fetches the package into the folder. Gives npm's status. Replaced in tests. */
  readonly fetch?: (root: string, wanted: RuntimePackage, say: (line: string) => void) => Promise<number>
}

const countPackages = (root: string): number =>
  existsSync(join(root, "node_modules")) ? readdirSync(join(root, "node_modules")).length : 0

const fetchByNpm = async (root: string, wanted: RuntimePackage, say: (line: string) => void): Promise<number> => {
  const flags = [
    "--ignore-scripts",
    "--no-audit",
    "--no-fund",
    "--loglevel=error",
    "--include=optional",
    "--save-exact",
  ]
  const cli = process.env["npm_execpath"]
  const [command, before] = cli !== undefined && /npm[^/]*$/.test(cli) ? [process.execPath, [cli]] : ["npm", []]
  const child = spawn(command, [...before, "install", ...flags, `${wanted.package}@${wanted.version}`], {
    cwd: root,
    stdio: ["ignore", "ignore", "inherit"],
    env: { ...process.env, npm_config_ignore_scripts: "true" },
  })
  const from = Date.now()
  const ticking = setInterval(() => {
    const seconds = Math.round((Date.now() - from) / MILLIS_PER_SECOND)
    say(`… ${seconds} s, ${countPackages(root)} packages unpacked`)
  }, PROGRESS_MILLIS)
  const stop = () => child.kill("SIGTERM")
  process.once("SIGINT", stop).once("SIGTERM", stop)
  try {
    const [code] = (await once(child, "exit")) as [number | null]
    return code ?? 1
  } finally {
    clearInterval(ticking)
    process.off("SIGINT", stop).off("SIGTERM", stop)
  }
}

/** With nothing of ours in its environment. Whether it did its work, its folder says afterwards. */
const complete = async (root: string, { completes, program, startedBy }: RuntimePackage): Promise<void> => {
  if (completes === undefined) return
  const path = join(root, "node_modules", program)
  const [command, ...before] = startedBy === "node" ? [process.execPath, path] : [path]
  const home = await mkdtemp(join(tmpdir(), "muster-completes-"))
  try {
    const child = spawn(command ?? path, [...before, ...completes.by], {
      cwd: home,
      stdio: ["ignore", "ignore", "inherit"],
      env: { PATH: `${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin`, HOME: home },
      timeout: COMPLETE_MAX_MILLIS,
    })
    await once(child, "exit")
  } finally {
    await rm(home, { recursive: true, force: true })
  }
}

/** Folders on the way that other accounts may not enter; agents under accounts of their own need a sandbox then. */
export const closedFolders = (path: string): readonly string[] => {
  const parent = dirname(path)
  const own = (statSync(path).mode & OTHERS_MAY_ENTER) === 0 ? [path] : []
  return parent === path ? own : [...closedFolders(parent), ...own]
}

const removeAbandoned = async (dir: string): Promise<void> => {
  for (const name of readdirSync(dir)) {
    if (!name.startsWith(UNFINISHED) && !name.startsWith(OUTDATED)) continue
    const path = join(dir, name)
    const stat = statSync(path, { throwIfNoEntry: false })
    if (stat !== undefined && Date.now() - stat.mtimeMs > ABANDONED_AFTER_MILLIS)
      await rm(path, { recursive: true, force: true })
  }
}

/**
 * Brings one runtime: into a folder beside its place, which it takes when everything is there. What is whole already is left as it
 * is. True when the runtime is there afterwards.
 */
export const install = async (wanted: RuntimePackage, options: InstallOptions): Promise<boolean> => {
  const { dir, say, fetch = fetchByNpm } = options
  const mask = process.umask(OPEN_MASK)
  try {
    const root = join(dir, wanted.name)
    const before = inspect(root, wanted, existsSync)
    if (before.state === "installed") {
      say(`${wanted.title} ${wanted.version} is there already: ${root}`)
      return true
    }
    if (before.state === "broken")
      say(`the installation in ${root} can not be used (${before.reason}): it is made anew`)
    await mkdir(dir, { recursive: true })
    await removeAbandoned(dir)
    const making = await mkdtemp(join(dir, `${UNFINISHED}${wanted.name}-`))
    try {
      say(`installing ${wanted.title} ${wanted.version}: about ${wanted.sizeMegabytes} MB on the disk …`)
      const from = Date.now()
      await writeFile(join(making, "package.json"), '{"private":true}\n')
      const status = await fetch(making, wanted, say)
      if (status !== 0) {
        say(
          `npm could not install ${wanted.package}@${wanted.version} (status ${status}); the reason is above. Nothing was changed.`,
        )
        return false
      }
      const { name, package: packageName, version, program, startedBy } = wanted
      const marker = { name, package: packageName, version, program, startedBy }
      await writeFile(join(making, MARKER_FILE), `${JSON.stringify(marker, null, 2)}\n`)
      const other = otherThanPinned(making, wanted)
      if (other !== undefined) {
        say(`the registry gave another ${other} than the one that is pinned: it is not used. Nothing was changed.`)
        return false
      }
      await complete(making, wanted)
      const made = inspect(making, wanted, existsSync)
      if (made.state !== "installed") {
        say(`what npm installed can not be used: ${made.state === "broken" ? made.reason : "it is not there"}`)
        return false
      }
      await takePlace(making, root, dir)
      say(
        `installed ${wanted.title} ${wanted.version} in ${Math.round((Date.now() - from) / MILLIS_PER_SECOND)} s: ${root}`,
      )
      return true
    } finally {
      await rm(making, { recursive: true, force: true })
    }
  } finally {
    process.umask(mask)
  }
}

const OPEN_DIR_MODE = 0o755

const takePlace = async (making: string, root: string, dir: string): Promise<void> => {
  await chmod(making, OPEN_DIR_MODE) // mkdtemp closes what it makes
  if (!existsSync(root)) return rename(making, root)
  const aside = await mkdtemp(join(dir, OUTDATED))
  await rename(root, join(aside, "old"))
  await rename(making, root)
  await rm(aside, { recursive: true, force: true })
}

/** Removes one runtime. False when there is none. */
export const remove = async (wanted: RuntimePackage, dir: string): Promise<boolean> => {
  const root = join(dir, wanted.name)
  if (!existsSync(root)) return false
  // Out of its place first: an interrupted removal leaves nothing that looks installed.
  const aside = await mkdtemp(join(dir, OUTDATED))
  await rename(root, join(aside, "old"))
  await rm(aside, { recursive: true, force: true })
  return true
}
