import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import { RUNTIME_PACKAGES, type RuntimePackage } from "../runtimes/catalog.ts"
import { closedFolders, install, remove } from "../runtimes/install.ts"
import { inspect, packageDir } from "../runtimes/installed.ts"

const wanted: RuntimePackage = {
  name: "thinker",
  title: "Thinker",
  package: "@maker/thinker",
  version: "1.2.3",
  program: "@maker/thinker/bin/thinker.js",
  startedBy: "node",
  sizeMegabytes: 12,
}

/** Does what npm does, as far as it is looked at. */
const unpack =
  (version = wanted.version) =>
  async (root: string) => {
    const dir = packageDir(root, wanted)
    mkdirSync(join(dir, "bin"), { recursive: true })
    writeFileSync(join(dir, "package.json"), JSON.stringify({ name: wanted.package, version }))
    writeFileSync(join(root, "node_modules", wanted.program), "")
    return 0
  }

describe("optional runtimes", () => {
  let dir: string
  let lines: string[]
  const say = (line: string) => void lines.push(line)
  const root = () => join(dir, "thinker")
  const state = () => inspect(root(), wanted, existsSync)
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), "muster-test-runtimes-"))
    lines = []
  })
  afterEach(() => rmSync(dir, { recursive: true, force: true }))

  test("the size is told before anything is fetched, and the result takes its place whole", async () => {
    let saidBefore: readonly string[] = []
    const fetch = async (making: string) => {
      saidBefore = [...lines]
      expect(existsSync(root())).toBe(false)
      return unpack()(making)
    }
    expect(await install(wanted, { dir, say, fetch })).toBe(true)
    expect(saidBefore.join()).toContain("12 MB")
    expect(state()).toEqual({ state: "installed" })
    expect(readdirSync(dir)).toEqual(["thinker"])
  })

  test("what the registry gave is used only when it is what was pinned; other platforms' packages do not count", async () => {
    const integrity = { [wanted.package]: "sha512-one", "@maker/thinker-other-os": "sha512-two" }
    const fetchOf = (got: string) => async (making: string) => {
      const packages = { [`node_modules/${wanted.package}`]: { version: wanted.version, integrity: got } }
      const status = await unpack()(making)
      writeFileSync(join(making, "node_modules", ".package-lock.json"), JSON.stringify({ packages }))
      return status
    }
    expect(await install({ ...wanted, integrity }, { dir, say, fetch: fetchOf("sha512-other") })).toBe(false)
    expect(state()).toEqual({ state: "absent" })
    expect(lines.at(-1)).toContain("another @maker/thinker than the one that is pinned")
    expect(await install({ ...wanted, integrity }, { dir, say, fetch: fetchOf("sha512-one") })).toBe(true)
  })

  test("a program that completes its installation at its first start is started before it takes its place", async () => {
    const file = "@maker/thinker/.pending"
    const completing = { ...wanted, completes: { file, by: ["--complete"] } }
    const fetchOf = (script: string) => async (making: string) => {
      const status = await unpack()(making)
      writeFileSync(join(making, "node_modules", file), "")
      writeFileSync(join(making, "node_modules", wanted.program), script)
      return status
    }
    expect(await install(completing, { dir, say, fetch: fetchOf("") })).toBe(false)
    expect(lines.at(-1)).toContain("was not completed")
    expect(readdirSync(dir)).toEqual([])
    const script = `
      const [argument] = process.argv.slice(2)
      if (argument === "--complete" && process.env.SECRET === undefined) require("node:fs").rmSync(__dirname + "/../.pending")`
    process.env["SECRET"] = "of the caller"
    expect(await install(completing, { dir, say, fetch: fetchOf(script) })).toBe(true)
    delete process.env["SECRET"]
  })

  test("a second installation fetches nothing", async () => {
    await install(wanted, { dir, say, fetch: unpack() })
    const again = async () => Promise.reject(new Error("fetched again"))
    expect(await install(wanted, { dir, say, fetch: again })).toBe(true)
  })

  test("other accounts may read what was installed, whatever mask the caller has", async () => {
    const before = process.umask(0o077)
    try {
      await install(wanted, { dir, say, fetch: unpack() })
      expect(process.umask()).toBe(0o077)
    } finally {
      process.umask(before)
    }
    expect(statSync(root()).mode & 0o777).toBe(0o755)
    expect(statSync(join(root(), "node_modules", wanted.program)).mode & 0o044).toBe(0o044)
  })

  test("a failed installation leaves what was there, and nothing else", async () => {
    await install(wanted, { dir, say, fetch: unpack() })
    const newer = { ...wanted, version: "2.0.0" }
    expect(await install(newer, { dir, say, fetch: async () => 1 })).toBe(false)
    expect(lines.at(-1)).toContain("Nothing was changed")
    expect(state()).toEqual({ state: "installed" })
    expect(readdirSync(dir)).toEqual(["thinker"])
  })

  test("what npm brought is looked at before it counts", async () => {
    expect(await install(wanted, { dir, say, fetch: unpack("1.2.4") })).toBe(false)
    expect(state()).toEqual({ state: "absent" })
  })

  test.for<readonly [string, () => void]>([
    ["without its marker", () => rmSync(join(root(), "runtime.json"))],
    ["with a marker that is no JSON", () => writeFileSync(join(root(), "runtime.json"), "{")],
    ["of another version", () => writeFileSync(join(root(), "runtime.json"), '{"version":"1.0.0"}')],
    ["without its package", () => rmSync(packageDir(root(), wanted), { recursive: true })],
    ["without its program", () => rmSync(join(root(), "node_modules", wanted.program))],
  ])("an installation %s is found broken and made anew", async ([, damage]) => {
    await install(wanted, { dir, say, fetch: unpack() })
    damage()
    expect(state().state).toBe("broken")
    expect(await install(wanted, { dir, say, fetch: unpack() })).toBe(true)
    expect(state()).toEqual({ state: "installed" })
    expect(readdirSync(dir)).toEqual(["thinker"])
  })

  test("removing leaves nothing, and says when there was nothing", async () => {
    await install(wanted, { dir, say, fetch: unpack() })
    expect(await remove(wanted, dir)).toBe(true)
    expect(readdirSync(dir)).toEqual([])
    expect(await remove(wanted, dir)).toBe(false)
  })

  test("folders that other accounts may not enter are named", () => {
    mkdirSync(join(dir, "closed", "inner"), { recursive: true })
    chmodSync(dir, 0o755)
    chmodSync(join(dir, "closed"), 0o700)
    expect(closedFolders(join(dir, "closed", "inner"))).toEqual([join(dir, "closed")])
  })

  test("every runtime is pinned to one version and has a name of its own", () => {
    for (const { version, sizeMegabytes } of RUNTIME_PACKAGES) {
      expect(version).toMatch(/^\d+\.\d+\.\d+$/)
      expect(sizeMegabytes).toBeGreaterThan(0)
    }
    expect(new Set(RUNTIME_PACKAGES.map(({ name }) => name)).size).toBe(RUNTIME_PACKAGES.length)
    expect(readFileSync(join(import.meta.dirname, "..", "..", "package.json"), "utf8")).not.toContain('"openclaw"')
  })
})
