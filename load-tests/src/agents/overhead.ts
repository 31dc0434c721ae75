import { randomUUID } from "node:crypto"
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import type { AcpOptions } from "@muster/domain"
import { startModelScript } from "@muster/model-script"
import { runtimesDir } from "@muster/platform/local"
import { acpRuntime, DEFAULT_TIMINGS, type RuntimeTask } from "@muster/runtime-agent"
import {
  acpAgents,
  driveDirectly,
  installScriptedAgent,
  recordingHost,
  scriptText,
} from "@muster/runtime-agent/testing/agents"
import { OVERHEAD_TURNS } from "./limits.ts"

/** What Muster's agent adds to a whole turn: start, session, prompt, end. Milliseconds, medians of alternated turns. */
export interface Overhead {
  readonly runtime: string
  readonly turns: number
  readonly directMillis: number
  readonly musterMillis: number
  readonly addedMillis: number
  readonly factor: number
}

interface Contestant {
  readonly runtime: string
  readonly runtimesDir: string
  readonly acp: AcpOptions
  readonly model: RuntimeTask["model"]
  readonly prompt: string
  readonly argv: readonly string[]
  readonly env: Readonly<Record<string, string>>
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN

const took = async (work: () => Promise<void>): Promise<number> => {
  const from = performance.now()
  await work()
  return performance.now() - from
}

const compare = async (contestant: Contestant, dir: string): Promise<Overhead> => {
  const { runtime: name, acp, model, prompt, argv, env } = contestant
  const runtime = acpRuntime({
    memberId: randomUUID(),
    stateDir: dir,
    timings: DEFAULT_TIMINGS,
    env: { ...process.env, MUSTER_RUNTIMES_DIR: contestant.runtimesDir },
    log: { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined },
  })
  const { blockedReason } = await runtime.check({ acp })
  if (blockedReason !== undefined) throw new Error(`${name} can not be measured here: ${blockedReason}`)
  const throughMuster = async (): Promise<void> => {
    const taskId = randomUUID() as RuntimeTask["taskId"]
    const task: RuntimeTask = {
      taskId,
      assignmentId: randomUUID() as RuntimeTask["assignmentId"],
      teamId: randomUUID() as RuntimeTask["teamId"],
      memberId: randomUUID() as RuntimeTask["memberId"],
      title: "A turn",
      instructions: prompt,
      inputs: {},
      idempotencyKey: taskId,
      options: { acp },
      ...(model === undefined ? {} : { model }),
    }
    const session = await runtime.open(task, recordingHost(join(dir, taskId)))
    const outcome = await session.done
    if (outcome.kind !== "succeeded") throw new Error(`a turn of ${name} came to nothing: ${JSON.stringify(outcome)}`)
  }
  const directly = async (): Promise<void> => {
    const stopReason = await driveDirectly({ argv, env, cwd: dir, prompt })
    if (stopReason !== "end_turn") throw new Error(`a turn of ${name} without Muster stopped by ${stopReason}`)
  }
  const direct: number[] = []
  const muster: number[] = []
  try {
    // One turn of each kind to warm up; then they take turns, so that a busy moment meets both.
    await directly()
    await throughMuster()
    for (let turn = 0; turn < OVERHEAD_TURNS; turn += 1) {
      direct.push(await took(directly))
      muster.push(await took(throughMuster))
    }
  } finally {
    await runtime.close()
  }
  const [directMillis, musterMillis] = [median(direct), median(muster)]
  return {
    runtime: name,
    turns: OVERHEAD_TURNS,
    directMillis: Math.round(directMillis),
    musterMillis: Math.round(musterMillis),
    addedMillis: Math.round(musterMillis - directMillis),
    factor: Math.round((100 * musterMillis) / directMillis) / 100,
  }
}

const PATH = `${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin`

/** Measures the small scripted agent, and opencode where it is installed. */
export const measureOverhead = async (isQuick: boolean): Promise<readonly Overhead[]> => {
  const dir = mkdtempSync(join(tmpdir(), "muster-agents-"))
  const scriptedDir = join(dir, "runtimes")
  const model = await startModelScript()
  try {
    const [program = ""] = await installScriptedAgent(scriptedDir)
    chmodSync(join(scriptedDir, "custom", "bin", program), 0o755)
    const results = [
      await compare(
        {
          runtime: "acp (scripted agent)",
          runtimesDir: scriptedDir,
          acp: { agent: "custom", argv: [program] },
          model: undefined,
          prompt: scriptText([{ say: "hello" }, { run: "echo tool" }, { say: "done" }]),
          argv: [join(scriptedDir, "custom", "bin", program)],
          env: { PATH, HOME: dir },
        },
        dir,
      ),
    ]
    const manifest = join(runtimesDir(), "opencode", "runtime.json")
    if (!isQuick && existsSync(manifest)) {
      const { program: opencode } = JSON.parse(readFileSync(manifest, "utf8")) as { readonly program: string }
      const access = { baseUrl: model.baseUrl, apiKey: model.apiKey, model: "scripted-1" }
      const acp = { agent: "opencode", permissions: "allow" } as const
      const launch = acpAgents.opencode.launch({
        program: [join(runtimesDir(), "opencode", "node_modules", opencode)],
        home: dir,
        model: access,
        options: acp,
      })
      const steps = [{ tool: "shell", args: { command: "echo tool" } }, { text: "done" }]
      results.push(
        await compare(
          {
            runtime: "acp: opencode",
            runtimesDir: runtimesDir(),
            acp,
            model: access,
            prompt: `[[ ${steps.map((step) => JSON.stringify(step)).join(", ")} ]]`,
            argv: launch.argv,
            env: { PATH, HOME: dir, ...launch.env },
          },
          dir,
        ),
      )
    }
    return results
  } finally {
    await model.close()
    rmSync(dir, { recursive: true, force: true })
  }
}
