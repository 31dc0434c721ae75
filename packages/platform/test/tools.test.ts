import { chmodSync, existsSync, readdirSync, statSync, writeFileSync } from "node:fs"
import { spawnSync } from "node:child_process"
import { join } from "node:path"
import { ensureRedisServer, findChromium, findRedisServer, ToolMissing } from "@muster/platform/local"
import { tempDir, type TempDir } from "@muster/platform/testing"
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest"

let dir: TempDir
beforeEach(() => {
  dir = tempDir()
})
afterEach(() => {
  vi.unstubAllEnvs()
  dir.remove()
})

const program = (name: string, text: string): string => {
  const path = join(dir.path, name)
  writeFileSync(path, `#!/bin/sh\necho "${text}"\n`)
  chmodSync(path, 0o755)
  return path
}

describe("findRedisServer", () => {
  test("takes REDIS_SERVER first, then PATH, and says the version", async () => {
    const named = program("my-redis", "Redis server v=7.4.1 sha=0")
    program("redis-server", "Redis server v=8.0.2 sha=0")
    expect(await findRedisServer({ REDIS_SERVER: named, PATH: dir.path })).toEqual({
      path: named,
      env: {},
      version: "7.4.1",
    })
    expect(await findRedisServer({ PATH: dir.path })).toMatchObject({ version: "8.0.2" })
  })

  test("passes over a Redis that is too old or does not run", async () => {
    program("redis-server", "Redis server v=6.0.16 sha=0")
    expect((await findRedisServer({ PATH: dir.path }))?.version).not.toBe("6.0.16")
    expect(await findRedisServer({ REDIS_SERVER: join(dir.path, "redis-server") })).toBeUndefined()
    expect(await findRedisServer({ REDIS_SERVER: "/nowhere/redis-server" })).toBeUndefined()
  })

  test("takes a Valkey for a Redis", async () => {
    const path = program("valkey-server", "Valkey server v=8.1.1 sha=0")
    expect(await findRedisServer({ PATH: dir.path })).toEqual({ path, env: {}, version: "8.1.1" })
  })
})

describe("findChromium", () => {
  test("takes CHROMIUM_PATH first", async () => {
    const path = program("my-chromium", "Chromium 156.0.8078.79 built on Debian")
    expect(await findChromium({ CHROMIUM_PATH: path })).toEqual({ path, env: {}, version: "156.0.8078.79" })
  })
})

describe("ensureRedisServer", () => {
  test("names the variable when REDIS_SERVER does not serve", async () => {
    vi.stubEnv("REDIS_SERVER", program("old", "Redis server v=6.0.16"))
    await expect(ensureRedisServer()).rejects.toThrow(ToolMissing)
    await expect(ensureRedisServer()).rejects.toThrow("REDIS_SERVER (")
  })

  const hasRedisInPath = spawnSync("sh", ["-c", "command -v redis-server valkey-server"]).status === 0
  const hasApt = existsSync("/usr/bin/apt-get")
  test.skipIf(hasRedisInPath || !hasApt)(
    "brings a server that runs into an empty tools directory, and leaves the system as it was (needs apt and no redis-server in PATH)",
    async () => {
      const tools = join(dir.path, "tools")
      vi.stubEnv("MUSTER_TOOLS_DIR", tools)
      vi.stubEnv("REDIS_SERVER", "")
      const installed = () => spawnSync("dpkg-query", ["-W"], { encoding: "utf8" }).stdout
      const before = installed()
      const lines: string[] = []
      const tool = await ensureRedisServer({ progress: (line) => lines.push(line) })
      expect(tool.path).toBe(join(tools, "redis", "usr", "bin", "redis-server"))
      expect(Number(tool.version.split(".")[0])).toBeGreaterThanOrEqual(7)
      expect(statSync(tools).mode & 0o777).toBe(0o700)
      expect(readdirSync(tools)).toEqual(["redis"])
      expect(lines).toEqual([
        "Reading the package index for redis-server …",
        expect.stringMatching(/^Fetching redis-server \(\d+(\.\d MB| kB)\) …$/),
      ])
      expect(installed()).toBe(before)
      // The second time it is there already: nothing is fetched.
      lines.length = 0
      expect(await ensureRedisServer({ progress: (line) => lines.push(line) })).toEqual(tool)
      expect(lines).toEqual([])
    },
  )
})
