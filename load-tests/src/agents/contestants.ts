import { chmodSync, existsSync, readFileSync } from "node:fs"
import { dirname, join } from "node:path"
import type { AcpOptions } from "@muster/domain"
import type { ModelScript } from "@muster/model-script"
import { runtimesDir } from "@muster/platform/local"
import type { RuntimeTask } from "@muster/runtime-agent"
import { acpAgents, installScriptedAgent, scriptText } from "@muster/runtime-agent/testing/agents"
import { OVERHEAD_TURNS, OVERHEAD_TURNS_OF_LARGE } from "./limits.ts"

/** A program whose turns are measured, and how it is started without Muster: the same one, with the same settings. */
export interface Contestant {
  readonly runtime: string
  readonly turns: number
  readonly runtimesDir: string
  readonly acp: AcpOptions
  readonly model: RuntimeTask["model"]
  readonly prompt: string
  readonly argv: readonly string[]
  readonly env: Readonly<Record<string, string>>
}

const PATH = `${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin`

/** A small agent that starts as fast as Node does: of what takes longer Muster's part is smaller. */
export const scriptedContestant = async (dir: string): Promise<Contestant> => {
  const own = join(dir, "runtimes")
  const [program = ""] = await installScriptedAgent(own)
  const path = join(own, "custom", "bin", program)
  chmodSync(path, 0o755)
  return {
    runtime: "acp (scripted agent)",
    turns: OVERHEAD_TURNS,
    runtimesDir: own,
    acp: { agent: "custom", argv: [program] },
    model: undefined,
    prompt: scriptText([{ say: "hello" }, { run: "echo tool" }, { say: "done" }]),
    argv: [path],
    env: { PATH, HOME: dir },
  }
}

/** opencode before the scripted model; undefined when it is not installed. */
export const openCodeContestant = (dir: string, model: ModelScript): Contestant | undefined => {
  const manifest = join(runtimesDir(), "opencode", "runtime.json")
  if (!existsSync(manifest)) return undefined
  const { program } = JSON.parse(readFileSync(manifest, "utf8")) as { readonly program: string }
  const access = { baseUrl: model.baseUrl, apiKey: model.apiKey, model: "scripted-1" }
  const acp = { agent: "opencode", permissions: "allow" } as const
  const launch = acpAgents.opencode.launch({
    program: [join(runtimesDir(), "opencode", "node_modules", program)],
    home: dir,
    model: access,
    options: acp,
  })
  const steps = [{ tool: "shell", args: { command: "echo tool" } }, { text: "done" }]
  return {
    runtime: "acp: opencode",
    turns: OVERHEAD_TURNS_OF_LARGE,
    runtimesDir: runtimesDir(),
    acp,
    model: access,
    prompt: `[[ ${steps.map((step) => JSON.stringify(step)).join(", ")} ]]`,
    argv: launch.argv,
    env: { PATH, HOME: dir, ...launch.env },
  }
}
