import { randomUUID } from "node:crypto"
import type { CommandOptions } from "@muster/domain"
import { type CommandRuntimeOptions, commandRuntime } from "#src/runtimes/command/index.ts"
import { findTools } from "#src/runtimes/shared/confining-tools.ts"
import type { RuntimeTask } from "#src/runtimes/contract.ts"
import { recordingHost, runtimeTask } from "#src/testing/index.ts"
import { quietLog } from "#test/support/quiet.ts"

export interface CommandRun {
  readonly stateDir: string
  readonly instructions: string
  readonly inputs?: Record<string, string>
  readonly command?: CommandOptions
  readonly files?: RuntimeTask["files"]
  readonly env?: Record<string, string>
  /** Without bubblewrap, or without any tool. */
  readonly without?: readonly ("bubblewrap" | "setpriv")[]
  readonly memberId?: string
}

export interface CommandResult {
  readonly blockedReason?: string
  readonly confinement?: string
  readonly outcome?: {
    readonly kind: string
    readonly message?: string
    readonly reason?: string
    readonly summary?: string
  }
  readonly text: string
  readonly artifacts: Record<string, string>
}

export const runtimeFor = ({
  stateDir,
  env = {},
  without = [],
  memberId = randomUUID(),
}: Omit<CommandRun, "instructions">) => {
  const all = { ...process.env, ...env }
  const found = findTools(all)
  const tools: NonNullable<CommandRuntimeOptions["tools"]> = {
    ...found,
    bubblewrap: without.includes("bubblewrap") ? undefined : found.bubblewrap,
    setpriv: without.includes("setpriv") ? undefined : found.setpriv,
  }
  return commandRuntime({ memberId, stateDir, timings: { cancelGraceMillis: 300 }, env: all, tools, log: quietLog })
}

/** Runs one command task in a runtime of its own and says what came of it. */
export const runCommand = async (run: CommandRun): Promise<CommandResult> => {
  const runtime = runtimeFor(run)
  const { blockedReason } = await runtime.check()
  if (blockedReason !== undefined) return { blockedReason, text: "", artifacts: {} }
  const host = recordingHost(`${run.stateDir}/assignment-${randomUUID()}`)
  const task = runtimeTask({
    instructions: run.instructions,
    inputs: run.inputs ?? {},
    options: run.command ? { command: run.command } : {},
    ...(run.files ? { files: run.files } : {}),
    idempotencyKey: "the-key",
  })
  const session = await runtime.open(task, host)
  const outcome = await session.done
  const confinement = runtime.confinement()
  await runtime.close()
  return {
    ...(confinement ? { confinement } : {}),
    outcome,
    text: host.text(),
    artifacts: Object.fromEntries(host.artifacts),
  }
}
