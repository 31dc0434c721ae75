import { PROGRESS_NOTE_MAX_CHARS, REASON_MAX_CHARS } from "@muster/domain"
import type { OpenAssignment } from "#src/journal/fold.ts"
import type { Journal } from "#src/journal/journal.ts"
import type { Outbox } from "#src/outbox/outbox.ts"
import type { ProgressGate } from "#src/outbox/progress-gate.ts"
import type { StepGate } from "#src/outbox/step-gate.ts"
import type { UsageGate } from "#src/outbox/usage-gate.ts"
import { markOf } from "#src/processes/tree.ts"
import type { SessionHost } from "#src/runtimes/contract.ts"
import { stageArtifact } from "#src/work/artifact-spool.ts"
import type { OutputSpool } from "#src/work/output-spool.ts"
import { storableStep, storableUsage } from "#src/work/activity.ts"
import { storable } from "#src/work/storable.ts"
import type { TimeBudget } from "#src/work/time-budget.ts"

/** What a session says again and again, on its way to the outbox. */
export interface Gates {
  readonly progress: ProgressGate
  readonly usage: UsageGate
  readonly steps: StepGate
}

export interface SessionHostOptions {
  readonly open: OpenAssignment
  readonly spoolDir: string
  readonly workDir: string
  readonly spool: OutputSpool
  readonly journal: Journal
  readonly outbox: Outbox
  readonly gates: Gates
  /** Questions and approvals that wait for a person. */
  readonly asked: Set<string>
  readonly budget: TimeBudget
  /** A file was offered. */
  readonly onStage: () => void
}

const percentOf = (percent: number): number => Math.round(Math.min(100, Math.max(0, percent)))

/** What a session may ask of the agent, for one assignment. */
export const sessionHost = (options: SessionHostOptions): SessionHost => {
  const { open, spoolDir, workDir, spool, journal, outbox, gates, asked, budget, onStage } = options
  const { assignmentId, taskId } = open
  const ids = { assignmentId, taskId }
  // One at a time: names are compared and sizes added up against what is already there.
  let staging: Promise<unknown> = Promise.resolve()

  const ask = async (id: string, report: Parameters<Outbox["report"]>[0]): Promise<void> => {
    asked.add(id)
    budget.hold(id)
    await outbox.report(report)
  }
  return {
    spoolDir,
    workDir,
    progress: ({ percent, note }) =>
      gates.progress.offer(ids, {
        ...(percent === undefined ? {} : { percent: percentOf(percent) }),
        ...(note === undefined ? {} : { note: storable(note, PROGRESS_NOTE_MAX_CHARS) }),
      }),
    step: (step) => gates.steps.offer(ids, storableStep(step)),
    usage: (usage) => gates.usage.offer(ids, storableUsage(usage)),
    completion: () => undefined,
    output: spool.append,
    question: ({ questionId, text, choices }) =>
      ask(questionId, { kind: "question", ...ids, questionId, text: storable(text, REASON_MAX_CHARS), choices }),
    approval: ({ approvalId, action, detail }) =>
      ask(approvalId, { kind: "approval", ...ids, approvalId, action, detail }),
    artifact: (source) => {
      onStage()
      const stage = async () => {
        const staged = await stageArtifact(spoolDir, source, open.artifacts)
        if ("skipped" in staged) return staged
        await journal.append({ k: "artifact", assignmentId, artifact: staged.artifact })
        return {}
      }
      const mine = staging.then(stage)
      staging = mine.catch(() => undefined)
      return mine
    },
    process: async (pid) => {
      const mark = markOf(pid)
      if (mark) await journal.append({ k: "process", assignmentId, ...mark })
    },
  }
}
