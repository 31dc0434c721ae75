import { randomUUID } from "node:crypto"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll } from "vitest"
import { acpRuntime } from "#src/runtimes/acp/index.ts"
import { installScriptedAgent, runtimeConformance, type ScriptedStep, scriptText } from "#src/testing/index.ts"
import { commandRuntime } from "#src/runtimes/command/index.ts"
import { simulatedRuntime } from "#src/runtimes/simulated/index.ts"
import { missingForCommands } from "#test/support/machine.ts"
import { quietLog } from "#test/support/quiet.ts"

const FLOOD_BYTES = 8 * 1024 * 1024
const LINE = "x".repeat(64 * 1024)

runtimeConformance("simulated", () => simulatedRuntime(), {
  succeeds: { options: { simulated: { steps: [{ kind: "output", text: "hello\n", afterMillis: 0 }] } } },
  progresses: {
    options: { simulated: { steps: [{ kind: "progress", percent: 50, note: "half", afterMillis: 10 }] } },
  },
  asks: { options: { simulated: { steps: [{ kind: "question", text: "Which?" }] } } },
  asksLeave: { options: { simulated: { steps: [{ kind: "approval", action: "the deed" }] } } },
  makesArtifact: {
    options: { simulated: { steps: [{ kind: "artifact", name: "artifacts/kept.txt", text: "kept" }] } },
  },
  fails: { options: { simulated: { steps: [{ kind: "fail", message: "no" }] } } },
  hangs: {
    options: { simulated: { steps: [{ kind: "output", text: "waiting\n", afterMillis: 0 }, { kind: "hang" }] } },
  },
  ticks: {
    options: {
      simulated: {
        steps: Array.from({ length: 200 }, () => ({ kind: "output" as const, text: "tick\n", afterMillis: 20 })),
      },
    },
  },
  floods: {
    script: {
      options: {
        simulated: {
          steps: Array.from({ length: FLOOD_BYTES / LINE.length }, () => ({
            kind: "output" as const,
            text: LINE,
            afterMillis: 0,
          })),
        },
      },
    },
    bytes: FLOOD_BYTES,
  },
  crashes: { options: { simulated: { steps: [{ kind: "fail", message: "crashed", retryable: true }] } } },
})

const shell = (instructions: string) => ({ instructions, options: {} })

runtimeConformance(
  "command",
  (dir) =>
    commandRuntime({
      memberId: randomUUID(),
      stateDir: dir,
      timings: { cancelGraceMillis: 300 },
      env: process.env,
      log: quietLog,
    }),
  {
    succeeds: shell("echo hello"),
    makesArtifact: shell("mkdir artifacts; printf kept > artifacts/kept.txt"),
    fails: shell("echo trouble >&2; exit 3"),
    hangs: shell("trap '' TERM; echo waiting; while :; do sleep 1; done"),
    ticks: shell("while :; do echo tick; sleep 0.02; done"),
    floods: { script: shell(`head -c ${FLOOD_BYTES} /dev/zero`), bytes: FLOOD_BYTES },
    crashes: shell("kill -SEGV $$"),
  },
  missingForCommands(),
)

const runtimesDir = mkdtempSync(join(tmpdir(), "muster-test-runtimes-"))
afterAll(() => rmSync(runtimesDir, { recursive: true, force: true }))
const argv = missingForCommands() === undefined ? await installScriptedAgent(runtimesDir) : []

const played = (...steps: readonly ScriptedStep[]) => ({
  instructions: scriptText(steps),
  options: { acp: { agent: "custom" as const, argv } },
})

runtimeConformance(
  "acp",
  (dir) =>
    acpRuntime({
      memberId: randomUUID(),
      stateDir: dir,
      timings: { cancelGraceMillis: 300 },
      env: { ...process.env, MUSTER_RUNTIMES_DIR: runtimesDir },
      log: quietLog,
    }),
  {
    succeeds: played({ say: "hello" }),
    progresses: played(
      {
        plan: [
          { content: "first", status: "completed" },
          { content: "half", status: "in_progress" },
        ],
      },
      { say: "that far" },
    ),
    asks: played({ ask: { message: "Which?" } }),
    asksLeave: played({ permission: { title: "the deed", input: { command: "rm all" } } }, { say: "done" }),
    makesArtifact: played({ write: { path: "artifacts/kept.txt", text: "kept" } }, { say: "made" }),
    fails: played({ stop: "max_tokens" }),
    hangs: played({ say: "waiting" }, { hang: "stubborn" }),
    ticks: played({ tickMillis: 20 }),
    floods: { script: played({ flood: FLOOD_BYTES }), bytes: FLOOD_BYTES },
    crashes: played({ signal: "SIGSEGV" }),
    usesTool: played({ tool: { title: "look", input: { at: "it" }, output: "seen" } }),
    garbles: played(
      { noise: 'garbage {]\n\u0000\u0001{"level":30}\n{"jsonrpc":"2.0","id":99,"result":{}}\n' },
      { say: "hello" },
    ),
    resumes: played({ dieUnlessResumed: true }),
  },
  missingForCommands(),
)
