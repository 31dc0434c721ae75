import { randomUUID } from "node:crypto"
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { setTimeout as delay } from "node:timers/promises"
import { fileURLToPath } from "node:url"
import { silentLog } from "@muster/platform/local"
import { tempDir } from "@muster/platform/testing"
import { expect, test } from "vitest"
import { processDriver } from "#src/index.ts"
import { type Behaviour, driverConformance } from "#src/testing/index.ts"

const agentMain = (behaviour: Behaviour): string => fileURLToPath(new URL(`agent-${behaviour}.ts`, import.meta.url))

driverConformance("process", async () => {
  const dir = tempDir("muster-test-driver-")
  const root = join(dir.path, "instances")
  return {
    driver: (behaviour) => processDriver({ root, agentMain: agentMain(behaviour), log: silentLog }),
    seen: async (id) => {
      const path = join(root, id, "seen.json")
      if (!existsSync(path)) return undefined
      return JSON.parse(readFileSync(path, "utf8")) as { env: Record<string, string>; invitation: string; args: string }
    },
    close: async () => dir.remove(),
  }
})

const withDriver = async (use: (root: string, driver: ReturnType<typeof processDriver>) => Promise<void>) => {
  const dir = tempDir("muster-test-driver-")
  const root = join(dir.path, "instances")
  const driver = processDriver({ root, agentMain: agentMain("works"), log: silentLog, logMaxBytes: 1_000 })
  try {
    await use(root, driver)
  } finally {
    for (const { id } of await driver.list()) await driver.stop(id, { graceMillis: 500 })
    dir.remove()
  }
}

const until = async (condition: () => boolean): Promise<void> => {
  for (let looks = 0; looks < 500 && !condition(); looks += 1) await delay(20)
  expect(condition()).toBe(true)
}

test("everything of an instance is closed to other accounts", async () => {
  await withDriver(async (root, driver) => {
    const id = randomUUID()
    await driver.ensure({ id, env: {}, invitation: { controlPlaneUrl: "http://127.0.0.1:1", token: "t" } })
    const mode = (...parts: readonly string[]) => statSync(join(root, ...parts)).mode & 0o777
    expect([mode(), mode(id)]).toEqual([0o700, 0o700])
    expect([mode(id, "bootstrap.json"), mode(id, "process.json"), mode(id, "agent.log")]).toEqual([0o600, 0o600, 0o600])
  })
})

test("a pid that another process has got since is not taken for the agent", async () => {
  await withDriver(async (root, driver) => {
    const id = randomUUID()
    await driver.ensure({ id, env: {} })
    await until(() => existsSync(join(root, id, "seen.json")))
    await driver.stop(id, { graceMillis: 5_000 })
    writeFileSync(join(root, id, "process.json"), JSON.stringify({ pid: process.pid, started: "another boot/1" }))
    const [status] = await driver.list()
    expect(status?.state).toBe("stopped")
    await driver.stop(id, { graceMillis: 0 }) // would end this very process otherwise
  })
})

test("a log that grows too large is set aside, and the running agent writes on", async () => {
  await withDriver(async (root, driver) => {
    const id = randomUUID()
    await driver.ensure({ id, env: {} })
    await until(() => existsSync(join(root, id, "seen.json")))
    const log = join(root, id, "agent.log")
    writeFileSync(log, "x".repeat(2_000), { flag: "a" })
    await driver.list()
    expect(statSync(log).size).toBe(0)
    expect(readFileSync(`${log}.1`, "utf8")).toContain("at work")
  })
})
