import { mkdirSync } from "node:fs"
import { join } from "node:path"
import type { ApprovalId, QuestionId, TaskStep, Usage } from "@muster/domain"
import type { SessionHost } from "#src/runtimes/contract.ts"

export interface RecordingHost extends SessionHost {
  readonly updates: { readonly percent?: number; readonly note?: string }[]
  readonly steps: TaskStep[]
  readonly usages: Usage[]
  readonly text: () => string
  readonly outputBytes: () => number
  readonly questions: { readonly questionId: QuestionId; readonly text: string; readonly choices: readonly string[] }[]
  readonly approvals: { readonly approvalId: ApprovalId; readonly action: string; readonly detail: string }[]
  readonly artifacts: Map<string, string>
  readonly pids: number[]
  /** While set, output is taken but not confirmed: back pressure. */
  readonly holdOutput: (isHeld: boolean) => void
}

const KEPT_BYTES = 1024 * 1024

/** A host that keeps what a session says. `dir` is where its directories go. */
export const recordingHost = (dir: string): RecordingHost => {
  const spoolDir = join(dir, "spool")
  const workDir = join(dir, "work")
  mkdirSync(spoolDir, { recursive: true, mode: 0o700 })
  const updates: RecordingHost["updates"] = []
  const steps: TaskStep[] = []
  const usages: Usage[] = []
  const questions: RecordingHost["questions"] = []
  const approvals: RecordingHost["approvals"] = []
  const artifacts = new Map<string, string>()
  const pids: number[] = []
  const chunks: Buffer[] = []
  let bytes = 0
  let held: Promise<void> = Promise.resolve()
  let release: () => void = () => undefined
  return {
    spoolDir,
    workDir,
    updates,
    steps,
    usages,
    questions,
    approvals,
    artifacts,
    pids,
    text: () => Buffer.concat(chunks).toString("utf8"),
    outputBytes: () => bytes,
    holdOutput: (isHeld) => {
      release()
      if (isHeld)
        held = new Promise((resolve) => {
          release = resolve
        })
    },
    progress: (update) => {
      updates.push(update)
    },
    step: (step) => {
      steps.push(step)
    },
    usage: (usage) => {
      usages.push(usage)
    },
    completion: () => undefined,
    output: async (chunk) => {
      bytes += chunk.length
      if (bytes <= KEPT_BYTES) chunks.push(Buffer.from(chunk))
      await held
    },
    question: async (question) => {
      questions.push(question)
    },
    approval: async (request) => {
      approvals.push(request)
    },
    artifact: async ({ name, bytes: source }) => {
      const parts: Uint8Array[] = []
      for await (const part of source) parts.push(part)
      artifacts.set(name, Buffer.concat(parts).toString("utf8"))
      return {}
    },
    process: async (pid) => {
      pids.push(pid)
    },
  }
}
