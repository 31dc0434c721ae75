// The first step of every command (npm start, npm test …). It has no dependencies and runs under any Node ≥ 18: it brings the
// pinned Node and the packages when they are missing or outdated, then hands over to scripts/tasks.ts under that Node.
import { spawn, spawnSync } from "node:child_process"
import { createHash } from "node:crypto"
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { basename, delimiter, dirname, join, relative } from "node:path"
import { fileURLToPath } from "node:url"

const NPM_ATTEMPTS = 3
const LOCK_POLL_MILLIS = 500
const MINIMUM_MAJOR = 24

const root = join(dirname(fileURLToPath(import.meta.url)), "..")
process.chdir(root)
const [task = "start", ...rest] = process.argv.slice(2)

const modules = join(root, "node_modules")
const bin = join(modules, ".bin")
const stampFile = join(modules, ".boot-stamp")
const lockFile = join(modules, ".boot-lock")
const env = {
  ...process.env,
  PATH: bin + delimiter + (process.env.PATH ?? ""),
  TURBO_TELEMETRY_DISABLED: "1",
  DO_NOT_TRACK: "1",
}

const say = (line) => process.stderr.write(`muster: ${line}\n`)
const giveUp = (...lines) => {
  for (const line of lines) say(line)
  releaseLock()
  process.exit(1)
}

const manifest = JSON.parse(readFileSync("package.json", "utf8"))
const nodePackage = `node-${process.platform}-${process.arch}`
const wantedNode = manifest.optionalDependencies[nodePackage]
const pinned = join(modules, nodePackage, "bin", "node")

/** The pinned Node when it is there and runs here (it needs glibc). */
const pinnedRuns = () =>
  existsSync(pinned) && spawnSync(pinned, ["--version"], { encoding: "utf8" }).stdout?.trim() === `v${wantedNode}`

const runtime = () => {
  if (wantedNode !== undefined && pinnedRuns()) return pinned
  if (Number(process.versions.node.split(".")[0]) >= MINIMUM_MAJOR) return process.execPath
  const platform = `${process.platform}-${process.arch}`
  return giveUp(
    wantedNode === undefined
      ? `there is no packaged Node for ${platform}: install Node ${MINIMUM_MAJOR} or newer and run the command again`
      : `Node ${wantedNode} was not installed or does not run here: run the command again, or install Node ${MINIMUM_MAJOR} or newer`,
  )
}

const npm = (node, what, args) => {
  // The npm that runs us, under the given Node; without npm (node scripts/boot.mjs) the one in PATH.
  const cli = process.env.npm_execpath
  const [command, before] = cli && basename(cli).startsWith("npm") ? [node, [cli]] : ["npm", []]
  // --no-save leaves the lock as it is. Not `npm ci`: it refuses a lock that lacks the binaries of other platforms.
  const flags = ["--no-save", "--no-audit", "--no-fund", "--loglevel=error", "--include=optional"]
  for (let attempt = 1; attempt <= NPM_ATTEMPTS; attempt++) {
    const run = spawnSync(command, [...before, ...args, ...flags], { stdio: ["ignore", "inherit", "inherit"], env })
    if (run.status === 0) return
    if (run.error?.code === "ENOENT") giveUp("npm was not found: install Node.js with npm and run the command again")
    if (run.signal) giveUp(`interrupted while ${what}; run the command again to go on`)
    say(`${what} failed (attempt ${attempt} of ${NPM_ATTEMPTS})`)
  }
  giveUp(
    "The packages could not be installed. The reason is above.",
    "The first start needs network to reach the npm registry; later starts do not.",
    "Behind a proxy, set HTTPS_PROXY (and npm's `cafile` when it inspects TLS); then run the command again: it goes on where it stopped.",
  )
}

const manifests = () => {
  const files = ["package.json", "package-lock.json", ".npmrc"]
  for (const pattern of manifest.workspaces) {
    if (!pattern.endsWith("/*")) files.push(`${pattern}/package.json`)
    else {
      const parent = pattern.slice(0, -2)
      if (existsSync(parent))
        for (const name of readdirSync(parent).sort()) files.push(`${parent}/${name}/package.json`)
    }
  }
  return files.filter((file) => existsSync(file))
}

/** What the installed packages were made from. Written last, so an interrupted installation has none and is done again. */
const wantedStamp = () => {
  const hash = createHash("sha256").update(`${process.platform}-${process.arch}`)
  for (const file of manifests()) hash.update(file).update(readFileSync(file))
  return hash.digest("hex")
}
const isInstalled = (stamp) =>
  existsSync(stampFile) && readFileSync(stampFile, "utf8") === stamp && existsSync(join(bin, "turbo"))

const isAlive = (pid) => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === "EPERM"
  }
}

let hasLock = false
/** Two commands at once (npm start, npm test) must not install into the same folder. Says whether it had to wait. */
const takeLock = () => {
  mkdirSync(modules, { recursive: true })
  for (let hasWaited = false; ; hasWaited = true) {
    try {
      writeFileSync(lockFile, String(process.pid), { flag: "wx" })
      hasLock = true
      return hasWaited
    } catch (error) {
      if (error.code !== "EEXIST") throw error
    }
    const holder = existsSync(lockFile) ? Number(readFileSync(lockFile, "utf8")) : 0
    // An empty file is one that is being written this moment; a dead holder was interrupted.
    if (holder > 0 && !isAlive(holder)) rmSync(lockFile, { force: true })
    else {
      if (!hasWaited) say("waiting for another command that installs packages …")
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LOCK_POLL_MILLIS)
    }
  }
}
const releaseLock = () => {
  if (hasLock) rmSync(lockFile, { force: true })
  hasLock = false
}

const linkNode = () => {
  // npm ≤ 10 makes no link when another platform's package with the same program was skipped.
  const link = join(bin, "node")
  if (existsSync(pinned) && !existsSync(link)) {
    mkdirSync(bin, { recursive: true })
    symlinkSync(relative(bin, pinned), link)
  }
}

const install = () => {
  const startedAt = Date.now()
  rmSync(stampFile, { force: true })
  if (wantedNode !== undefined && !pinnedRuns()) {
    // Everything else is installed under the pinned Node: an older one would leave out packages that refuse it.
    say(`fetching Node ${wantedNode} (step 1 of 2) …`)
    npm(process.execPath, `fetching Node ${wantedNode}`, ["install", "--omit=dev", "--workspaces=false"])
    linkNode()
  }
  say("installing packages (step 2 of 2) …")
  npm(runtime(), "installing packages", ["install", "--include=dev"])
  linkNode()
  // Best effort: a copy without git, or one that belongs to another account, simply has no hook.
  if (existsSync(".git")) spawnSync("git", ["config", "core.hooksPath", ".githooks"], { stdio: "ignore" })
  writeFileSync(stampFile, wantedStamp())
  say(`installed in ${Math.round((Date.now() - startedAt) / 1_000)} s`)
}

const stamp = wantedStamp()
if (!isInstalled(stamp)) {
  takeLock()
  try {
    if (!isInstalled(stamp)) install()
  } finally {
    releaseLock()
  }
}

const child = spawn(runtime(), [join("scripts", "tasks.ts"), task, ...rest], { stdio: "inherit", env })
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal))
child.on("error", (error) => giveUp(`can not run ${child.spawnfile}: ${error.message}`))
child.on("exit", (code) => {
  process.exitCode = code ?? 1
})
