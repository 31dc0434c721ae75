import { spawn, execFileSync } from "node:child_process"
import { once } from "node:events"
import { chmodSync, readFileSync, statSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { AGENT_NODE_FLAGS } from "@muster/contracts"
import { tempDir, type TempDir } from "@muster/platform/testing"
import { afterAll, beforeAll, expect, test } from "vitest"
import { installScriptedAgent, scriptText } from "#src/testing/index.ts"
import { missingForCommands } from "#test/support/machine.ts"
import { type Base, makeBase, makeWorld } from "#test/support/world.ts"

const RESIDENT_MAX_BYTES = 70 * 1024 * 1024
const BUNDLE_MAX_BYTES = 450 * 1024
const ROOT = fileURLToPath(new URL("..", import.meta.url))
const TASKS = 20
const SESSIONS = 4

let base: Base
let dir: TempDir
beforeAll(async () => {
  base = await makeBase()
  dir = tempDir("muster-test-bundle-")
  // Tasks are run by another account where there is no sandbox: they find the scripted agent in it.
  chmodSync(dir.path, 0o755)
})
afterAll(async () => {
  await base.close()
  dir.remove()
})

const residentBytes = (pid: number): number =>
  Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) * 1024

/** A file of the bundle with all that it loads at once; what it loads with the first session of a runtime is not among it. */
const loadedWith = (file: string, seen = new Set<string>()): ReadonlySet<string> => {
  if (seen.has(file)) return seen
  seen.add(file)
  const text = readFileSync(file, "utf8")
  for (const [, name = ""] of text.matchAll(/(?:from|import)\s*"\.\/([^"]+\.mjs)"/gu))
    loadedWith(join(file, "..", name), seen)
  return seen
}

test("the agent is a small program that works from an empty folder within 70 MB, also with an agent that thinks", async () => {
  const rolldown = fileURLToPath(new URL("../../node_modules/.bin/rolldown", import.meta.url))
  execFileSync(process.execPath, [rolldown, "-c", "--dir", dir.path], { cwd: ROOT, stdio: "pipe" })
  const bundle = join(dir.path, "runtime-agent.mjs")
  const bundleBytes = [...loadedWith(bundle)].reduce((sum, file) => sum + statSync(file).size, 0)
  expect(bundleBytes).toBeLessThan(BUNDLE_MAX_BYTES)
  const canRun = missingForCommands() === undefined
  const argv = canRun ? await installScriptedAgent(join(dir.path, "runtimes")) : []

  const { dispatcher, stateDir, close } = await makeWorld(base, { slots: 4 })
  const agent = spawn(process.execPath, [...AGENT_NODE_FLAGS, bundle, "--state-dir", stateDir], {
    cwd: dir.path,
    env: { ...process.env, MUSTER_RUNTIMES_DIR: join(dir.path, "runtimes") },
    stdio: "ignore",
  })
  const exited = once(agent, "exit")
  try {
    const tasks = await Promise.all(
      Array.from({ length: TASKS }, (_, index) =>
        dispatcher.assign(
          index % 2 === 0 && canRun
            ? { runtime: "command", instructions: "head -c 1000000 /dev/zero" }
            : { runtimeOptions: { simulated: { durationMillis: 50 } } },
        ),
      ),
    )
    for (const { assignmentId } of tasks) await dispatcher.report(assignmentId, "succeeded")
    const resident = residentBytes(agent.pid ?? 0)
    expect(resident).toBeLessThan(RESIDENT_MAX_BYTES)
    if (!canRun) return
    const thinking = await Promise.all(
      Array.from({ length: SESSIONS }, () =>
        dispatcher.assign({
          runtime: "acp",
          instructions: scriptText([
            { say: "at work" },
            { run: "head -c 100000 /dev/zero | tr '\\0' x" },
            { team: { name: "report_progress", arguments: { note: "half of it" } } },
            { team: { name: "write_artifact", arguments: { name: "part.txt", content: "half" } } },
            { say: "done" },
          ]),
          runtimeOptions: { acp: { agent: "custom", argv } },
        }),
      ),
    )
    for (const { assignmentId } of thinking) await dispatcher.report(assignmentId, "succeeded")
    const withSessions = residentBytes(agent.pid ?? 0)
    console.log(
      `agent bundle: ${Math.round(bundleBytes / 1024)} kB, resident after ${TASKS} tasks: ${Math.round(resident / 1024 / 1024)} MB, after ${SESSIONS} sessions of an agent: ${Math.round(withSessions / 1024 / 1024)} MB`,
    )
    expect(withSessions).toBeLessThan(RESIDENT_MAX_BYTES)
  } finally {
    agent.kill("SIGTERM")
    expect(await exited).toEqual([0, null])
    await close()
  }
})
