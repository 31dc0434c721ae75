import { mkdtempSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { startModelScript } from "@muster/model-script"
import { runtimesDir } from "@muster/platform/local"
import { afterAll } from "vitest"
import { findOpenclaw } from "#src/runtimes/openclaw/installation.ts"
import { ensureRuntime, runtimeConformance } from "#src/testing/index.ts"
import { missingForCommands } from "#test/support/machine.ts"
import { startToolServer } from "#test/support/openclaw/tool-server.ts"
import { makeOpenclaw, removeDir, withModel } from "#test/support/openclaw/world.ts"

/** The real OpenClaw before a model that does what the prompt says. Its gateway starts in tens of seconds on a busy machine. */
const PATIENCE_MILLIS = 400_000
const cannot = missingForCommands() ?? ensureRuntime("openclaw").missing
const found = await findOpenclaw(runtimesDir())
const missing = cannot ?? ("missing" in found ? found.missing : undefined)

const dir = mkdtempSync(join(tmpdir(), "muster-test-openclaw-real-"))
const model = await startModelScript()
const tools = await startToolServer()
// One gateway for all proofs, as a member has one for all its tasks; the crash costs it its life, and the next proof meets a new one.
const openclaw = makeOpenclaw(dir, runtimesDir())
const { baseUrl, apiKey } = model
const withAccess = withModel(openclaw, () => ({ baseUrl, apiKey, model: "scripted-1" }))
afterAll(async () => {
  await openclaw.close()
  await model.close()
  await tools.close()
  removeDir(dir)
})

const scripted = (permissions: "ask" | "allow", ...steps: readonly object[]) => ({
  instructions: `[[ ${steps.map((step) => JSON.stringify(step)).join(", ")} ]]`,
  options: { openclaw: { permissions } },
})
const shell = (command: string) => ({ tool: "shell", args: { command } })
const choices = ["that one", "another one"].map((label) => ({ label, description: label }))

runtimeConformance(
  "openclaw",
  () => ({
    ...withAccess,
    open: (task, host) => withAccess.open(task, Object.assign(host, { tools: tools.access("member") })),
  }),
  {
    succeeds: scripted("allow", { text: "hello" }),
    asks: scripted(
      "allow",
      { tool: "ask_user", args: { questions: [{ id: "q1", header: "Which", question: "Which?", options: choices }] } },
      { text: "got $TOOL" },
    ),
    // Requests for leave name the command; what is compound is refused by OpenClaw itself.
    asksLeave: scripted("ask", shell("touch 'the deed'"), { text: "done" }),
    makesArtifact: scripted("allow", shell("mkdir artifacts; printf kept > artifacts/kept.txt"), { text: "made" }),
    fails: scripted("allow", { fault: "unauthorized" }, { text: "never" }),
    hangs: scripted("allow", shell("echo waiting; sleep 600"), { text: "never" }),
    // All that runs as this member: the gateway is among it.
    crashes: scripted("allow", shell("kill -KILL -1"), { text: "never" }),
    usesTool: scripted("allow", { tool: "look", args: {} }, { text: "done" }),
  },
  missing,
  PATIENCE_MILLIS,
)
