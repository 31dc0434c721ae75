import { join } from "node:path"
import type { AssignmentId, ConversationId, RuntimeOptions } from "@muster/domain"
import type { ControlPlane } from "#src/http/control-plane.ts"
import type { OpenAssignment } from "#src/journal/fold.ts"
import type { Journal } from "#src/journal/journal.ts"
import { type AgentTimings, CANCELLED_DELIVERY_MILLIS } from "#src/limits.ts"
import type { Log } from "#src/log.ts"
import type { Outbox } from "#src/outbox/outbox.ts"
import { OVER } from "#src/pause.ts"
import type { Outcome } from "#src/runtimes/contract.ts"
import type { Runtimes } from "#src/runtimes/table.ts"
import { removeTree } from "#src/state/remove-tree.ts"
import type { TeamTools } from "#src/tools/index.ts"
import type { Turns } from "#src/turns.ts"
import type { AssignmentControl } from "#src/work/at-work.ts"
import { deliverFiles, outcomeReport } from "#src/work/delivery.ts"
import type { OutputSpool } from "#src/work/output-spool.ts"
import { startOutputUpload } from "#src/work/output-upload.ts"
import type { Gates } from "#src/work/session-host.ts"

export interface WorkDeps {
  readonly journal: Journal
  readonly outbox: Outbox
  readonly gates: Gates
  readonly controlPlane: ControlPlane
  readonly tools: TeamTools
  readonly conversations: Turns<ConversationId>
  readonly runtimes: Runtimes
  readonly memberOptions: () => RuntimeOptions
  readonly spoolRoot: string
  readonly workRoot: string
  readonly timings: AgentTimings
  readonly log: Log
}

/** One assignment from its taking to its reported outcome. */
export interface HeldAssignment {
  readonly assignmentId: AssignmentId
  readonly control: (message: AssignmentControl) => void
  /** The agent is ending: give the work back (`lost`). Work that only waits for delivery stays in the journal. */
  readonly stop: () => void
  /** The log behind the bus is another one: give back (`lost`) what still runs. What has ended is delivered; the dispatcher judges it. */
  readonly giveBack: () => void
  /** The member is gone: end the work and say nothing. */
  readonly abandon: () => void
  /** True while a session runs and nobody has to be waited for. */
  readonly isWorking: () => boolean
  readonly ended: Promise<void>
}

/** Why a session was ended from outside, strongest last: a later and stronger reason replaces an earlier one. */
export const strength = { "time-limit": 1, cancelled: 2, stopping: 3, abandoned: 4 } as const
export type EndReason = keyof typeof strength

/** What carrying out and delivering one assignment share. */
export interface Life {
  readonly open: OpenAssignment
  readonly deps: WorkDeps
  readonly spoolDir: string
  readonly workDir: string
  /** Fires when delivery is not to be waited for. */
  readonly hurry: AbortController
  endReason: EndReason | undefined
  /** The session offered a file: there may be something in the spool, also when it was not kept. */
  hasStaged: boolean
}

export const lifeOf = (deps: WorkDeps, open: OpenAssignment): Life => ({
  open,
  deps,
  spoolDir: join(deps.spoolRoot, open.assignmentId),
  workDir: join(deps.workRoot, open.assignmentId),
  hurry: new AbortController(),
  endReason: undefined,
  hasStaged: false,
})

export const clean = async ({ spoolDir, workDir }: Pick<Life, "spoolDir" | "workDir">): Promise<void> => {
  for (const dir of [spoolDir, workDir]) await removeTree(dir)
}

export const startUpload = ({ open, deps, hurry }: Life, spool: OutputSpool) =>
  startOutputUpload({
    ids: open,
    spool,
    controlPlane: deps.controlPlane,
    timings: deps.timings,
    signal: hurry.signal,
  })

/** Brings a concluded assignment to its end: output and files first, then the outcome. */
export const deliver = async (life: Life, spool: OutputSpool, upload = startUpload(life, spool)): Promise<void> => {
  const { open, deps, spoolDir, hurry } = life
  const { concluded } = open
  if (concluded === undefined) throw new TypeError("only a concluded assignment can be delivered")
  const { controlPlane, outbox, timings, log } = deps
  const delivery = { open, spoolDir, spool, upload, controlPlane, outbox, timings, log, signal: hurry.signal }
  if (concluded.outcome.kind === "cancelled") {
    const late = setTimeout(() => hurry.abort(OVER), CANCELLED_DELIVERY_MILLIS)
    await upload.finish()
    clearTimeout(late)
    await outbox.report(outcomeReport(open, concluded.outcome, { bytes: spool.size(), isTruncated: false }, []))
    return
  }
  const missing = await deliverFiles(delivery)
  if (life.endReason === "stopping" || life.endReason === "abandoned") return
  // A cancel that came while we waited for the control plane is obeyed: the task would have no result to look at.
  const outcome: Outcome = life.endReason === "cancelled" ? { kind: "cancelled" } : concluded.outcome
  const output = { bytes: spool.size(), isTruncated: concluded.isTruncated || upload.refusal() !== undefined }
  await outbox.report(outcomeReport(open, outcome, output, missing))
}
