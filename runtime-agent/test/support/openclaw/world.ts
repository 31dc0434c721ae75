import { randomUUID } from "node:crypto"
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { createRequire } from "node:module"
import type { ModelAccess, Runtime, RuntimeTask, SessionHost } from "#src/runtimes/contract.ts"
import { type OpenclawRuntime, openclawRuntime } from "#src/runtimes/openclaw/index.ts"
import { OPENCLAW_VERSION } from "#src/runtimes/openclaw/limits.ts"
import { workRootPrefix } from "#src/runtimes/shared/work-roots.ts"
import { runtimeTask } from "#src/testing/runtime-task.ts"
import { quietLog } from "#test/support/quiet.ts"

const OPEN_DIR_MODE = 0o755

/** Where the gateway of an agent keeps the folders of tasks: in its state directory, or where other accounts can enter it. */
export const workOf = (stateDir: string): string => {
  const open = readdirSync(tmpdir()).find((name) => name.startsWith(workRootPrefix(stateDir)))
  return open === undefined
    ? join(stateDir, "runtimes", "openclaw", "work")
    : join(tmpdir(), open, "kept-openclaw-work")
}

/** A runtimes directory that everybody may enter, in which the stand-in is "OpenClaw". */
export const installStandIn = (): string => {
  const runtimesDir = mkdtempSync(join(tmpdir(), "muster-test-openclaw-"))
  chmodSync(runtimesDir, OPEN_DIR_MODE)
  const root = join(runtimesDir, "openclaw")
  mkdirSync(join(root, "node_modules"), { recursive: true })
  cpSync(join(import.meta.dirname, "stand-in.ts"), join(root, "stand-in.ts"))
  writeFileSync(join(root, "package.json"), '{"type":"module"}')
  const ws = dirname(createRequire(import.meta.url).resolve("ws/package.json"))
  cpSync(ws, join(root, "node_modules", "ws"), { recursive: true })
  const manifest = { name: "openclaw", version: OPENCLAW_VERSION, program: "../stand-in.ts", startedBy: "node" }
  writeFileSync(join(root, "runtime.json"), JSON.stringify(manifest))
  return runtimesDir
}

export interface TestModel {
  readonly access: ModelAccess
  readonly requests: { readonly path: string; readonly authorization: string; readonly body: string }[]
  /** Status of all further answers. */
  answerWith: number
  readonly close: () => void
}

/** Something that answers where a model would. */
export const startTestModel = async (): Promise<TestModel> => {
  const requests: TestModel["requests"] = []
  const model: { answerWith: number } = { answerWith: 200 }
  const server = createServer((request, response) => {
    let body = ""
    request.on("data", (chunk: Buffer) => {
      body += chunk.toString()
    })
    request.on("end", () => {
      requests.push({ path: request.url ?? "", authorization: request.headers.authorization ?? "", body })
      response.writeHead(model.answerWith, { "content-type": "application/json" }).end('{"said":"hi"}')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()))
  const { port } = server.address() as AddressInfo
  return Object.assign(model, {
    access: { baseUrl: `http://127.0.0.1:${port}/v1`, apiKey: "the-true-key", model: "the-true-model" },
    requests,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  })
}

export const makeOpenclaw = (
  stateDir: string,
  runtimesDir: string | undefined,
  timings = { backoffFirstMillis: 10, blockedMillis: 60_000 },
): OpenclawRuntime =>
  openclawRuntime({
    memberId: randomUUID(),
    stateDir,
    env: { ...process.env, MUSTER_RUNTIMES_DIR: runtimesDir },
    log: quietLog,
    timings,
  })

/** The script of a task, as the stand-in reads it. */
export const script = (...steps: readonly object[]): string =>
  `[[${steps.map((step) => JSON.stringify(step)).join(",")}]]`

export const taskOf = (instructions: string, more: Partial<RuntimeTask> = {}): RuntimeTask =>
  runtimeTask({ instructions, options: { openclaw: { permissions: "allow" } }, ...more })

/** Gives each task of a runtime the test's model. */
export const withModel = (runtime: Runtime, model: () => ModelAccess): Runtime => ({
  ...runtime,
  open: (task: RuntimeTask, host: SessionHost) => runtime.open({ ...task, model: model() }, host),
})

export const removeDir = (dir: string): void => rmSync(dir, { recursive: true, force: true })
