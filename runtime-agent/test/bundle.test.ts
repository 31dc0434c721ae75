import { spawn, execFileSync } from "node:child_process"
import { once } from "node:events"
import { readFileSync, statSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { AGENT_NODE_FLAGS } from "@muster/contracts"
import { tempDir, type TempDir } from "@muster/platform/testing"
import { afterAll, beforeAll, expect, test } from "vitest"
import { missingForCommands } from "#test/support/machine.ts"
import { type Base, makeBase, makeWorld } from "#test/support/world.ts"

const RESIDENT_MAX_BYTES = 70 * 1024 * 1024
const BUNDLE_MAX_BYTES = 400 * 1024
const ROOT = fileURLToPath(new URL("..", import.meta.url))
const TASKS = 20

let base: Base
let dir: TempDir
beforeAll(async () => {
  base = await makeBase()
  dir = tempDir("muster-test-bundle-")
})
afterAll(async () => {
  await base.close()
  dir.remove()
})

const residentBytes = (pid: number): number =>
  Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) * 1024

test("the agent is one small file that works from an empty folder within 70 MB", async () => {
  const rolldown = fileURLToPath(new URL("../../node_modules/.bin/rolldown", import.meta.url))
  execFileSync(process.execPath, [rolldown, "-c", "--dir", dir.path], { cwd: ROOT, stdio: "pipe" })
  const bundle = join(dir.path, "runtime-agent.mjs")
  expect(statSync(bundle).size).toBeLessThan(BUNDLE_MAX_BYTES)

  const { dispatcher, stateDir, close } = await makeWorld(base, { slots: 4 })
  const agent = spawn(process.execPath, [...AGENT_NODE_FLAGS, bundle, "--state-dir", stateDir], {
    cwd: dir.path,
    stdio: "ignore",
  })
  const exited = once(agent, "exit")
  try {
    const tasks = await Promise.all(
      Array.from({ length: TASKS }, (_, index) =>
        dispatcher.assign(
          index % 2 === 0 && missingForCommands() === undefined
            ? { runtime: "command", instructions: "head -c 1000000 /dev/zero" }
            : { runtimeOptions: { simulated: { durationMillis: 50 } } },
        ),
      ),
    )
    for (const { assignmentId } of tasks) await dispatcher.report(assignmentId, "succeeded")
    const resident = residentBytes(agent.pid ?? 0)
    console.log(
      `agent bundle: ${Math.round(statSync(bundle).size / 1024)} kB, resident after ${TASKS} tasks: ${Math.round(resident / 1024 / 1024)} MB`,
    )
    expect(resident).toBeLessThan(RESIDENT_MAX_BYTES)
  } finally {
    agent.kill("SIGTERM")
    expect(await exited).toEqual([0, null])
    await close()
  }
})
