import { randomUUID } from "node:crypto"
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest"
import { acpRuntime, type AcpRuntime } from "#src/runtimes/acp/index.ts"
import type { SessionHost } from "#src/runtimes/contract.ts"
import { installScriptedAgent, recordingHost, runtimeTask, type ScriptedStep, scriptText } from "#src/testing/index.ts"
import { because, missingForCommands } from "#test/support/machine.ts"
import { quietLog } from "#test/support/quiet.ts"

const missing = missingForCommands()
const OPEN_DIR_MODE = 0o755
const runtimesDir = mkdtempSync(join(tmpdir(), "muster-test-runtimes-"))
afterAll(() => rmSync(runtimesDir, { recursive: true, force: true }))

const manifest = JSON.stringify({ version: "1.0.0", program: "jealous/start.sh", startedBy: "itself" })

/** In the place of opencode: it dies, as opencode does, when another one is starting over the same home. */
const install = async (): Promise<void> => {
  await installScriptedAgent(runtimesDir)
  const agent = readdirSync(join(runtimesDir, "custom", "bin"))[0] ?? ""
  const folder = join(runtimesDir, "opencode", "node_modules", "jealous")
  mkdirSync(folder, { recursive: true })
  const script = [
    "#!/bin/sh",
    'mkdir "$HOME/starting" || { echo "database is locked" >&2; exit 1; }',
    "sleep 0.3",
    'rmdir "$HOME/starting"',
    `exec "$(dirname "$0")/${agent}"`,
  ]
  writeFileSync(join(folder, "start.sh"), script.join("\n"), { mode: OPEN_DIR_MODE })
  writeFileSync(join(runtimesDir, "opencode", "runtime.json"), manifest)
  copyFileSync(join(runtimesDir, "custom", "bin", agent), join(folder, agent))
  chmodSync(join(folder, agent), OPEN_DIR_MODE)
}
if (missing === undefined) await install()

describe.skipIf(missing)(`programs that can not start side by side${because(missing)}`, () => {
  let dir: string
  let runtime: AcpRuntime
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), "muster-test-acp-"))
    const env = { ...process.env, MUSTER_RUNTIMES_DIR: runtimesDir }
    const timings = { cancelGraceMillis: 300 }
    runtime = acpRuntime({ memberId: randomUUID(), stateDir: dir, timings, env, log: quietLog })
  })
  afterEach(async () => {
    await runtime.close()
    rmSync(dir, { recursive: true, force: true })
  })
  const open = (steps: readonly ScriptedStep[], host: SessionHost) =>
    runtime.open(
      runtimeTask({
        instructions: scriptText(steps),
        model: { baseUrl: "http://127.0.0.1:9/v1", apiKey: "key", model: "none" },
        options: { acp: { agent: "opencode" } },
      }),
      host,
    )
  const hostOf = () => recordingHost(join(dir, randomUUID()))

  test("start one after the other, also when the one before dies, and work side by side", async () => {
    const dying = open([{ exit: 3 }], hostOf())
    const working = ["one", "two", "three"].map((say) => open([{ say }], hostOf()))
    expect(await (await dying).done).toMatchObject({ kind: "failed", reason: "exit-code" })
    const outcomes = working.map(async (session) => (await session).done)
    expect(await Promise.all(outcomes)).toMatchObject(
      ["one", "two", "three"].map((summary) => ({ kind: "succeeded", summary })),
    )
  })

  test("are not started for work that was over while they waited", async () => {
    const before = open([{ say: "first" }], hostOf())
    const over = new AbortController()
    const host = { ...hostOf(), signal: over.signal }
    const waiting = open([{ say: "never" }], host)
    over.abort()
    expect(await (await waiting).done).toEqual({ kind: "cancelled" })
    expect(host.pids).toEqual([])
    const after = open([{ say: "third" }], hostOf())
    expect(await (await before).done).toMatchObject({ kind: "succeeded" })
    expect(await (await after).done).toMatchObject({ kind: "succeeded" })
  })

  test("are given no work while they did not ask which tools the team has: they would do it without them", async () => {
    const tools = { url: "http://127.0.0.1:9/mcp", token: "token" }
    const deaf = { ...hostOf(), tools: { ...tools, listed: new Promise<void>(() => undefined) } }
    const outcome = await (await open([{ say: "without" }], deaf)).done
    expect(outcome).toMatchObject({ kind: "failed", reason: "runtime-unavailable", isRetryable: true })
    expect(outcome).toMatchObject({ message: "opencode did not take the tools of the team" })
    const over = new AbortController()
    const waiting = open([{ say: "never" }], { ...deaf, signal: over.signal })
    over.abort()
    expect(await (await waiting).done).toEqual({ kind: "cancelled" })
    const hearing = { ...hostOf(), tools: { ...tools, listed: Promise.resolve() } }
    expect(await (await open([{ say: "with" }], hearing)).done).toMatchObject({ kind: "succeeded", summary: "with" })
  })
})
