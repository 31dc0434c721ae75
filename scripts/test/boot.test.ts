import { spawn, spawnSync } from "node:child_process"
import { copyFileSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { once } from "node:events"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import { makeProject, ROOT, type Project } from "./project.ts"

const NODE_VERSION = process.versions.node
const nodePackage = `node-${process.platform}-${process.arch}`

// Stands for npm: writes down how it was called, and makes what an installation makes. The first calls fail as often as it is told.
const FAKE_NPM = `
import { appendFileSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs"
const args = process.argv.slice(2)
appendFileSync("npm-calls", args.join(" ") + "\\n")
const left = existsSync("npm-fails") ? Number(readFileSync("npm-fails", "utf8")) : 0
if (left > 0) {
  writeFileSync("npm-fails", String(left - 1))
  process.exit(1)
}
const node = "node_modules/${nodePackage}/bin"
mkdirSync(node, { recursive: true })
mkdirSync("node_modules/.bin", { recursive: true })
if (!existsSync(node + "/node")) symlinkSync(process.execPath, node + "/node")
if (!args.includes("--workspaces=false")) writeFileSync("node_modules/.bin/turbo", "")
`
const FAKE_TASKS = `
const [command, ...rest] = process.argv.slice(2)
if (command === "wait") {
  process.on("SIGTERM", () => { process.stdout.write("stopped\\n"); process.exit(7) })
  process.stdout.write("waiting\\n")
  setInterval(() => {}, 1000)
} else {
  process.stdout.write(JSON.stringify({ command, rest, node: process.version, path: process.env.PATH.split(":")[0] }) + "\\n")
  process.exitCode = command === "fail" ? 3 : 0
}
`

let project: Project
beforeEach(() => {
  project = makeProject()
  project.write({
    "package.json": {
      name: "muster",
      type: "module",
      workspaces: ["packages/*", "ui"],
      optionalDependencies: { [nodePackage]: NODE_VERSION },
    },
    "package-lock.json": {},
    "packages/a/package.json": { name: "a" },
    "ui/package.json": { name: "ui" },
    "scripts/tasks.ts": FAKE_TASKS,
    "npm-cli.js": FAKE_NPM,
  })
  copyFileSync(join(ROOT, "scripts", "boot.mjs"), join(project.root, "scripts", "boot.mjs"))
})
afterEach(() => project.remove())

const environment = () => ({ ...process.env, npm_execpath: join(project.root, "npm-cli.js") })
const boot = (...args: readonly string[]) =>
  spawnSync(process.execPath, [join(project.root, "scripts", "boot.mjs"), ...args], {
    cwd: "/",
    encoding: "utf8",
    env: environment(),
  })
const npmCalls = (): readonly string[] => {
  const file = join(project.root, "npm-calls")
  return existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : []
}

describe("boot", () => {
  test("fetches Node first, then everything, and hands over with the arguments (also in a path with spaces)", () => {
    const run = boot("check", "--one", "two words")
    expect(run.stderr).toContain(`muster: fetching Node ${NODE_VERSION} (step 1 of 2) …`)
    expect(run.stderr).toContain("muster: installing packages (step 2 of 2) …")
    expect(npmCalls()).toEqual([
      expect.stringMatching(/^install --omit=dev --workspaces=false .*--no-save/),
      expect.stringMatching(/^install --include=dev .*--no-save/),
    ])
    expect(JSON.parse(run.stdout)).toEqual({
      command: "check",
      rest: ["--one", "two words"],
      node: process.version,
      path: join(project.root, "node_modules", ".bin"),
    })
    expect(run.status).toBe(0)
  })

  test("installs nothing the second time, and again when a manifest of any workspace changes", () => {
    boot("check")
    expect(boot("check").stderr).toBe("")
    expect(npmCalls()).toHaveLength(2)
    project.write({ "packages/a/package.json": { name: "a", dependencies: { b: "1.0.0" } } })
    boot("check")
    expect(npmCalls()).toHaveLength(3)
  })

  test("makes an interrupted installation good", () => {
    boot("check")
    rmSync(join(project.root, "node_modules", ".boot-stamp"))
    boot("check")
    expect(npmCalls()).toHaveLength(3)
    rmSync(join(project.root, "node_modules", ".bin", "turbo"))
    boot("check")
    expect(npmCalls()).toHaveLength(4)
  })

  test("takes over the lock of an installation that was killed", () => {
    const gone = spawnSync("true").pid
    project.write({ "node_modules/.boot-lock": String(gone) })
    expect(boot("check").status).toBe(0)
    expect(existsSync(join(project.root, "node_modules", ".boot-lock"))).toBe(false)
  })

  test("waits for an installation that runs, and does not repeat it", async () => {
    const lock = join(project.root, "node_modules", ".boot-lock")
    project.write({ "node_modules/.boot-lock": String(process.pid) })
    const child = spawn(process.execPath, [join(project.root, "scripts", "boot.mjs"), "check"], {
      env: environment(),
      stdio: ["ignore", "ignore", "pipe"],
    })
    const [said] = (await once(child.stderr, "data")) as [Buffer]
    expect(said.toString()).toContain("waiting for another command that installs packages")
    expect(npmCalls()).toEqual([])
    rmSync(lock)
    const [status] = (await once(child, "exit")) as [number]
    expect(status).toBe(0)
  })

  test("tries again when npm fails", () => {
    writeFileSync(join(project.root, "npm-fails"), "2")
    const run = boot("check")
    expect(run.status).toBe(0)
    expect(run.stderr.match(/failed \(attempt/g)).toHaveLength(2)
  })

  test("gives up with words about network and proxies, and leaves nothing that looks installed", () => {
    writeFileSync(join(project.root, "npm-fails"), "99")
    const run = boot("check")
    expect(run.status).toBe(1)
    expect(run.stderr).toContain("The first start needs network")
    expect(run.stderr).toContain("HTTPS_PROXY")
    expect(run.stdout).toBe("")
    expect(existsSync(join(project.root, "node_modules", ".boot-stamp"))).toBe(false)
    expect(existsSync(join(project.root, "node_modules", ".boot-lock"))).toBe(false)
  })

  test("passes the command's status and signals on", async () => {
    expect(boot("fail").status).toBe(3)
    const child = spawn(process.execPath, [join(project.root, "scripts", "boot.mjs"), "wait"], {
      env: environment(),
      stdio: ["ignore", "pipe", "ignore"],
    })
    let said = ""
    child.stdout.on("data", (chunk: Buffer) => (said += chunk.toString()))
    await once(child.stdout, "data")
    child.kill("SIGTERM")
    const [status] = (await once(child, "close")) as [number]
    expect([said, status]).toEqual(["waiting\nstopped\n", 7])
  })
})
